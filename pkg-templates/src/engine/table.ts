// What the host keeps of a flag, read from the program once, when the flag is first asked for: names and values as
// JavaScript, and which attributes to write. Nothing here decides; the bytes are those of src/engine/src/layout.rs.
// Damaged ones read as zeros and empty texts, for nothing outside of the program can be reached.

import type { Json } from '../types.ts'
import type { Reads } from './crossing.ts'
import type { Source } from './host.ts'
import { decode } from './text.ts'

export interface Table {
  readonly key: string
  readonly index: number
  readonly values: readonly (Json | undefined)[]
  readonly reads: Reads
  readonly readsNow: boolean
  /** The first word of its decision, when no context and no time can change that: it is off, or looks at nothing. */
  readonly constant: number | undefined
}

const FLAG = 44

/** Reads of a program's bytes. Made anew for each use: its view is stale once memory has grown. */
export class Bytes {
  readonly bytes: Uint8Array
  constructor({ host, at, length }: Pick<Source, 'host' | 'at' | 'length'>) {
    this.bytes = host.bytes.subarray(at, at + length)
  }
  half(at: number): number {
    return this.bytes[at]! | (this.bytes[at + 1]! << 8)
  }
  word(at: number): number {
    return (this.half(at) | (this.half(at + 2) << 16)) >>> 0
  }
  raw(at: number): Uint8Array {
    const start = this.word(at)
    return this.bytes.subarray(start, start + this.word(at + 4))
  }
  text(at: number): string {
    return decode(this.raw(at))
  }
  flag(index: number): number {
    return this.word(20) + index * FLAG
  }
  /** A text of each variant of the flag at `at`: its name at 0, its value at 8. */
  variants(at: number, field: number): string[] {
    return numbers(this.half(at + 14)).map(i => this.text(this.word(at + 16) + i * 16 + field))
  }
}

export function readTable(source: Source, index: number): Table {
  const program = new Bytes(source)
  const at = program.flag(index)
  const bits = program.half(at + 8) >>> 8
  const ids = numbers(program.half(at + 24)).map(i => program.half(program.word(at + 20) + i * 2))
  const readsNow = (bits & 2) !== 0
  return {
    key: program.text(at),
    index,
    values: program.variants(at, 8).map(value),
    reads: readsOf(source, ids),
    readsNow,
    constant: (bits & 1) === 0 || (ids.length === 0 && !readsNow) ? source.host.engine.decide(source.handle, index, 0, 0) : undefined,
  }
}

/** How to write the attributes with these numbers. */
export function readsOf(source: Source, ids: readonly number[]): Reads {
  const program = new Bytes(source)
  // INVARIANT: no id leads outside of the slots, whatever the bytes of a damaged program say.
  const known = ids.filter(id => id < program.word(32))
  const names = known.map(id => program.text(program.word(36) + id * 8))
  const paths = names.map(name => (name.includes('.') ? name.split('.') : undefined))
  return { names, slots: known.map(id => (source.handle >>> 2) + id * 16), paths, dotted: paths.some(Boolean), views: [] }
}

export function numbers(many: number): number[] {
  return Array.from({ length: many }, (_, i) => i)
}

function value(literal: string): Json | undefined {
  try {
    return freeze(JSON.parse(literal) as Json)
  } catch {
    // Damage inside one value must not take the other flags down.
    return undefined
  }
}

// Values are shared by all decisions: one that a caller could change would change for everybody.
function freeze(value: Json): Json {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
