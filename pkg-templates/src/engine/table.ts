// What the host keeps of a flag, read from the program once, when the flag is first asked for: names and values as
// JavaScript, and which attributes to write. Nothing here decides; the bytes are those of src/engine/src/layout.rs.
// Damaged ones read as zeros and empty texts, for nothing outside of the program can be reached.

import type { Json } from '../types.ts'
import type { Reads } from './crossing.ts'
import type { Host } from './seat.ts'
import { decode, encoder } from './text.ts'

export interface Table {
  readonly key: string
  readonly index: number
  readonly names: readonly string[]
  readonly values: readonly (Json | undefined)[]
  readonly reads: Reads
  readonly run: string
  readonly readsNow: boolean
}

/** A program in memory: its handle, and where its bytes and slots are. */
export interface Source {
  readonly host: Host
  readonly handle: number
  readonly at: number
  readonly length: number
  readonly slots: number
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
  get readsNow(): boolean {
    return (this.half(6) & 1) !== 0
  }
  get flags(): number {
    return this.word(16)
  }
  get attributes(): number {
    return this.word(32)
  }
  flag(index: number): number {
    return this.word(20) + index * FLAG
  }
}

/** The number of a flag by its key, found in the index of the program; -1 when there is none. */
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

export function readTable(source: Source, index: number): Table {
  const program = new Bytes(source)
  const at = program.flag(index)
  const experiment = program.word(at + 32)
  const variants = program.word(at + 16)
  const texts = (field: number): string[] => numbers(program.half(at + 14)).map(i => program.text(variants + i * 16 + field))
  const ids = numbers(program.half(at + 24)).map(i => program.half(program.word(at + 20) + i * 2))
  return {
    key: program.text(at),
    index,
    names: texts(0),
    values: texts(8).map(value),
    reads: readsOf(source, ids),
    run: experiment === 0 ? '' : program.text(experiment),
    readsNow: (program.bytes[at + 9]! & 2) !== 0,
  }
}

/** How to write the attributes with these numbers. */
export function readsOf(source: Source, ids: readonly number[]): Reads {
  const program = new Bytes(source)
  // INVARIANT: no id leads outside of the slots, whatever the bytes of a damaged program say.
  const known = ids.filter(id => id < program.attributes)
  const names = known.map(id => program.text(program.word(36) + id * 8))
  const paths = names.map(name => (name.includes('.') ? name.split('.') : undefined))
  return { names, slots: known.map(id => (source.slots >>> 2) + id * 16), paths, dotted: paths.some(Boolean), views: [] }
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
