// A flag by its key, found in the index of the program: the work does not grow with the number of flags.

import type { Bytes } from './table.ts'
import { encoder } from './text.ts'

/** The number of a flag; -1 when there is none. */
export function find(program: Bytes, key: string): number {
  const mask = program.word(24)
  const wanted = encoder.encode(key)
  let slot = hash(wanted)
  // Damaged bytes may leave no slot empty: the index is walked once at most.
  for (let step = 0; step <= mask; step++, slot++) {
    const index = program.word(program.word(28) + ((slot & mask) >>> 0) * 4) - 1
    if (index < 0) break
    const found = program.raw(program.flag(index))
    if (found.length === wanted.length && found.every((byte, i) => byte === wanted[i])) return index
  }
  return -1
}

/** 32-bit FNV-1a, then the finaliser of MurmurHash3. */
function hash(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
