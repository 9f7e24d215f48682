// Bytes of a program into an engine's memory and out of it again.

import { ProgramError, type ProgramErrorCode } from '../errors.ts'
import { fetched, type Host, hostFor } from './seat.ts'
import type { Source } from './table.ts'

const FAILURES: readonly (readonly [ProgramErrorCode, string])[] = [
  ['too_short', 'the program ends too early: was the download cut off?'],
  ['not_a_program', 'these bytes are not a program: pass the body of `GET /v1/program` unchanged'],
  ['unsupported_version', 'the program was compiled for another version of the engine: update the `isoflag` package'],
  ['missing_capability', 'the program needs more than this engine can: `await prepare(bytes)` first, or update the `isoflag` package'],
  ['corrupt', 'the program is damaged: fetch it again'],
]

// A program that was forgotten gives its memory back. Hosts without the registry free by `dispose` alone.
const forgotten = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<Source>(unload)

function unload({ host, handle }: Source): void {
  host.engine.unload(handle)
}

/** What the header says the program needs of an engine; nothing for bytes that are no program, which opening will say. */
function needsOf(bytes: Uint8Array): number {
  return bytes.length < 16 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)
}

/** Fetches the engine these bytes need, where engines are fetched. Elsewhere there is nothing to do. */
export function prepare(bytes: Uint8Array): Promise<void> {
  return fetched(needsOf(bytes))
}

/** Copies compiled bytes into an engine and has them checked. Throws `ProgramError`, naming what is wrong with them. */
export function open(bytes: Uint8Array): Source {
  const host: Host = hostFor(needsOf(bytes))
  const { engine } = host
  const { length } = bytes
  const at = engine.allocate(length) >>> 0
  if (at === 0) throw new RangeError(`the engine has no memory for a program of ${length} bytes`)
  host.look()
  host.bytes.set(bytes, at)
  const handle = engine.load(at, length) >>> 0
  host.look()
  const failure = FAILURES[handle - 1]
  if (failure !== undefined) throw new ProgramError(failure[0], `${failure[1]} (${length} bytes)`)
  return { host, handle, at, length, slots: engine.slots(handle) >>> 0 }
}

/** Gives a program's memory back once `holder` is collected. */
export function release(holder: object, source: Source): void {
  forgotten?.register(holder, source, holder)
}

/** Gives a program's memory back now. */
export function close(holder: object, source: Source): void {
  forgotten?.unregister(holder)
  unload(source)
}
