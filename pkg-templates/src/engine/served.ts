// Deciding where many programs share one engine for months: the engine searches their keys, contexts cross the fast way, and
// what is disposed or forgotten gives its memory back.

import { crossPlain } from './plain.ts'
import type { Source } from './source.ts'
import type { Table } from './table.ts'
import { ascii, room, write } from './text.ts'
import { Deciding, DISPOSED } from './values.ts'

// Hosts without the registry free by `dispose` alone.
const forgotten = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<Source>(unload)

/** How many crossings are under way, one in another: a getter of a context may decide something itself. */
let crossings = 0

const counted: typeof crossPlain = (host, reads, context) => {
  crossings++
  const done = crossPlain(host, reads, context)
  crossings--
  return done
}

function unload({ host, handle }: Source): void {
  const free = (): void => host.engine.unload?.(handle)
  // A getter may dispose the very program it is asked for: what is being written into goes when all of that is over.
  if (crossings > 0) queueMicrotask(free)
  else free()
}

export class Served<Known extends Table = Table> extends Deciding<Known> {
  constructor(source: Source) {
    super(source, counted)
    if (source.host.engine.unload !== undefined) forgotten?.register(this, source, this)
  }

  override dispose(): void {
    const { source } = this
    super.dispose()
    if (source === DISPOSED) return
    forgotten?.unregister(this)
    unload(source)
  }

  /** By the index of the program, where the engine searches it: the work does not grow with the number of flags. */
  protected override find(flag: string): number | undefined {
    const { host, handle } = this.source
    if (typeof flag !== 'string') return undefined
    if (host.engine.find === undefined) return super.find(flag)
    const { length } = flag
    if (length <= host.scratchRoom && ascii(host, flag, host.scratchAt) === length) return host.engine.find(handle, host.scratchAt, length)
    // Without memory for its key a flag is not found.
    const at = room(host, length * 3)
    return at === 0 ? undefined : host.engine.find(handle, at, write(host, flag, at))
  }
}
