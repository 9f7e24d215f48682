// Bytes of a program into an engine's memory.

import { ProgramError, type ProgramErrorCode } from '../errors.ts'
import { type Host, look } from './host.ts'
import type { Source } from './source.ts'

/** What the engine answers instead of a handle, from 1. */
const FAILURES: readonly ProgramErrorCode[] = ['too_short', 'not_a_program', 'unsupported_version', 'missing_capability', 'corrupt']

/** What the header says the program needs of an engine; nothing for bytes that are no program, which opening will say. */
export function needsOf(bytes: Uint8Array): number {
  return (bytes[12]! | (bytes[13]! << 8) | (bytes[14]! << 16) | (bytes[15]! << 24)) >>> 0
}

/**
 * Copies compiled bytes into an engine and has them checked. Throws `ProgramError`, naming what is wrong with them; `advice`
 * adds what to do about it, in the order of `FAILURES`.
 */
export function open(host: Host, bytes: Uint8Array, advice: readonly string[] = []): Source {
  const { length } = bytes
  const at = host.engine.allocate(length) >>> 0
  if (host.bytes.length === 0) look(host)
  if (at === 0) throw new RangeError(`no memory for a program of ${length} bytes`)
  host.bytes.set(bytes, at)
  const handle = host.engine.load(at, length) >>> 0
  if (host.bytes.length === 0) look(host)
  const code = FAILURES[handle - 1]
  if (code !== undefined) throw new ProgramError(code, `${advice[handle - 1] ?? `cannot load the program: ${code}`} (${length} bytes)`)
  return { host, handle, at, length, digest: undefined }
}
