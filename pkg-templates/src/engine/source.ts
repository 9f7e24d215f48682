// A program in memory, and reads of its bytes; they are those of src/engine/src/layout.rs. Damaged ones read as zeros and
// empty texts, for nothing outside of the program can be reached.

import type { Host } from './host.ts'
import { decoder, SHORT_LOOP } from './text.ts'

export interface Source {
  readonly host: Host
  /** The address of the program's slots. */
  readonly handle: number
  readonly at: number
  readonly length: number
  /** As text, once it was asked for. */
  digest: string | undefined
}

/** Four bytes; of fields of two the first is the lower half. */
export function word({ host: { bytes }, at: start, length }: Source, at: number): number {
  const i = start + at
  return at + 4 > length ? 0 : (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)) >>> 0
}

export function text(source: Source, at: number): string {
  const start = word(source, at)
  const length = word(source, at + 4)
  if (start + length > source.length) return ''
  const bytes = source.host.bytes.subarray(source.at + start, source.at + start + length)
  let text = ''
  // Nearly all are short and ASCII: names, keys, literals.
  for (let i = 0; i < length; i++) {
    if (length > SHORT_LOOP || bytes[i]! > 127) return decoder.decode(bytes)
    text += String.fromCharCode(bytes[i]!)
  }
  return text
}
