// A program in memory, and reads of its bytes; they are those of src/engine/src/layout.rs. Damaged ones read as zeros and
// empty texts, for nothing outside of the program can be reached.

import type { Host } from './host.ts'
import { decode } from './text.ts'

const FLAG = 44

export class Source {
  readonly host: Host
  /** The address of the program's slots. */
  readonly handle: number
  readonly at: number
  readonly length: number

  constructor(host: Host, handle: number, at: number, length: number) {
    this.host = host
    this.handle = handle
    this.at = at
    this.length = length
  }

  half(at: number): number {
    const { bytes } = this.host
    const i = this.at + at
    return at + 2 > this.length ? 0 : bytes[i]! | (bytes[i + 1]! << 8)
  }

  word(at: number): number {
    return (this.half(at) | (this.half(at + 2) << 16)) >>> 0
  }

  text(at: number): string {
    const start = this.word(at)
    const end = start + this.word(at + 4)
    return end > this.length ? '' : decode(this.host.bytes.subarray(this.at + start, this.at + end))
  }

  get flags(): number {
    return this.word(16)
  }

  /** Where the record of a flag begins. */
  flag(index: number): number {
    return this.word(20) + index * FLAG
  }
}
