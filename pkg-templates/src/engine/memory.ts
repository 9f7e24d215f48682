// Views on the engine's memory. Growth detaches the buffer and leaves the views empty, so every access goes through `view`;
// looking at a length is cheaper than asking the memory for its buffer.

import type { Engine } from './seat.ts'

export interface View {
  readonly bytes: Uint8Array
  readonly words: Uint32Array
  readonly halves: Uint16Array
  readonly floats: Float64Array
}

const over = (buffer: ArrayBuffer): View => ({
  bytes: new Uint8Array(buffer),
  words: new Uint32Array(buffer),
  halves: new Uint16Array(buffer),
  floats: new Float64Array(buffer),
})

let current = over(new ArrayBuffer(0))

export function view(engine: Engine): View {
  if (current.bytes.length === 0) current = over(engine.memory.buffer)
  return current
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

// Up to here a loop over char codes beats the call into the encoder; ids, plans and countries are all shorter.
const SHORT = 48

// The scratch buffer is never shrunk by the engine: remember where it is and how much it holds.
let scratchAt = 0
let scratchRoom = 0

/** Makes room for texts of `units` UTF-16 units in all; returns where the first may be written. */
export function room(engine: Engine, units: number): number {
  // A UTF-16 unit becomes at most three bytes.
  const needed = units * 3
  if (needed > scratchRoom) {
    const wanted = Math.max(needed, 4096)
    scratchAt = engine.scratch(wanted) >>> 0
    scratchRoom = scratchAt === 0 ? 0 : wanted
    if (scratchAt === 0) throw new RangeError(`the engine has no memory for texts of ${units} characters`)
  }
  return scratchAt
}

/** Writes `text` as UTF-8 at `at`, a lone surrogate as U+FFFD; returns the length. Ask for `room` first. */
export function write(bytes: Uint8Array, text: string, at: number): number {
  const length = text.length
  if (length <= SHORT) {
    let i = 0
    for (; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 127) break
      bytes[at + i] = unit
    }
    if (i === length) return length
  }
  return encoder.encodeInto(text, bytes.subarray(at, at + length * 3)).written
}

export function read(bytes: Uint8Array, at: number, length: number): string {
  return decoder.decode(bytes.subarray(at, at + length))
}

/** The text as the engine hashes it: lone surrogates as U+FFFD. JSON that holds one is refused by strict parsers. */
export function wellFormed(text: string): string {
  return text.isWellFormed?.() === true ? text : decoder.decode(encoder.encode(text))
}
