// Deciding where many programs share one engine for months: the engine searches their keys, contexts cross the fast way, and
// what is disposed or forgotten gives its memory back.

import type { Source } from './source.ts'
import { crossPlain } from './plain.ts'
import type { Table } from './table.ts'
import { ascii, room, write } from './text.ts'
import { Deciding, DISPOSED } from './values.ts'

// Hosts without the registry free by `dispose` alone.
const forgotten = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<Source>(unload)

function unload({ host, handle }: Source): void {
  host.engine.unload?.(handle)
}

export class Served<Known extends Table = Table> extends Deciding<Known> {
  constructor(source: Source) {
    super(source, crossPlain)
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
