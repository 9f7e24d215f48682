// Texts in the engine's memory.

import type { Host } from './host.ts'

export const encoder: TextEncoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Up to here a loop over bytes beats the call into the decoder or the encoder. */
export const SHORT_LOOP = 24

export function decode(bytes: Uint8Array): string {
  let text = ''
  if (bytes.length > SHORT_LOOP) return decoder.decode(bytes)
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! > 127) return decoder.decode(bytes)
    text += String.fromCharCode(bytes[i]!)
  }
  return text
}

/** Room for `needed` bytes, the same each time until it has to grow; 0 when there is no memory left. */
export function room(host: Host, needed: number): number {
  if (needed > host.scratchRoom) {
    // What was too small is left lying: doubled each time, all of that together is less than what is used.
    const wanted = Math.max(needed, host.scratchRoom * 2, 4096)
    // The engine counts in 32 bits: what is more would come round as little.
    const at = wanted < 2 ** 32 ? host.allocate(wanted) : 0
    if (at === 0) return 0
    host.scratchAt = at
    host.scratchRoom = wanted
  }
  return host.scratchAt
}

/** Writes `text` as UTF-8 at `at`, a lone surrogate as U+FFFD; returns the length. A UTF-16 unit becomes at most three bytes. */
export function write(host: Host, text: string, at: number): number {
  return encoder.encodeInto(text, host.bytes.subarray(at, at + text.length * 3)).written
}

/** The text as the engine hashes it: lone surrogates as U+FFFD. JSON that holds one is refused by strict parsers. */
export function wellFormed(text: string): string {
  return text.isWellFormed?.() === true ? text : decode(encoder.encode(text))
}
