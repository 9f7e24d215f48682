// Texts in the engine's memory.

import { type Host, look } from './host.ts'

export const encoder: TextEncoder = new TextEncoder()
export const decoder: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Up to here a loop over bytes beats the call into the decoder or the encoder, and cold ones of those are slower still. */
export const SHORT_LOOP = 24

/** What no context takes with it into memory, which never shrinks again: an isolate may have 128 MB for everything. */
const MOST = 1 << 24

/** The address of room for `needed` bytes, the same each time until it has to grow; 0 for too many, and without memory. */
export function room(host: Host, needed: number): number {
  if (needed > host.scratchRoom) {
    // What was too small is left lying: doubled each time, all of that together is less than what is used.
    const wanted = Math.max(needed, Math.min(host.scratchRoom * 2, MOST))
    const at = needed > MOST ? 0 : host.engine.allocate(wanted) >>> 0
    if (host.bytes.length === 0) look(host)
    if (at === 0) return 0
    host.scratchAt = at
    host.scratchRoom = wanted
  }
  return host.scratchAt
}

/** Writes the ASCII that `text` begins with at `at`; answers how much that was. */
export function ascii({ bytes }: Host, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 127) return i
    bytes[at + i] = unit
  }
  return text.length
}

/** Writes `text` as UTF-8 at `at`, a lone surrogate as U+FFFD; returns the length. A UTF-16 unit becomes at most three bytes. */
export function write(host: Host, text: string, at: number): number {
  return encoder.encodeInto(text, host.bytes.subarray(at, at + text.length * 3)).written
}

/** The text as the engine hashes it: lone surrogates as U+FFFD. JSON that holds one is refused by strict parsers. */
export function wellFormed(text: string): string {
  return text.isWellFormed?.() === true ? text : decoder.decode(encoder.encode(text))
}
