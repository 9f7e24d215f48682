// What the host keeps of a flag, read from the program when it is needed and once: values and names as JavaScript, and which
// attributes to write. Nothing here decides.

import type { Json } from '../types.ts'
import type { Reads } from './crossing.ts'
import { type Source, text, word } from './source.ts'

export interface Table {
  readonly index: number
  /** Where its record begins. */
  readonly at: number
  readonly reads: Reads
  readonly readsNow: boolean
  /** The first word of its decision, when no context and no time can change that: it is off, or looks at nothing. */
  readonly constant: number | undefined
  /** By variant; those that were served. */
  readonly values: (Json | undefined)[]
  key: string | undefined
}

/** Bytes of a flag's record. */
const FLAG = 44

export function readTable(source: Source, index: number): Table {
  const at = word(source, 20) + index * FLAG
  const bits = word(source, at + 8) >>> 8
  const many = word(source, at + 24) & 0xffff
  const readsNow = (bits & 2) !== 0
  const constant = (bits & 1) === 0 || (many === 0 && !readsNow) ? source.host.engine.decide(source.handle, index, 0, 0) : undefined
  return { index, at, reads: readsOf(source, many, word(source, at + 20)), readsNow, constant, values: [], key: undefined }
}

/** How to write so many attributes: those whose numbers stand in the list at `list`, or without one the first. */
export function readsOf(source: Source, many: number, list = 0): Reads {
  const reads = { names: [] as string[], slots: [] as number[], paths: [] as (string[] | undefined)[], searched: false, views: [] }
  const known = word(source, 32)
  for (let i = 0; i < many; i++) {
    const id = list === 0 ? i : word(source, list + i * 2 - 2) >>> 16
    // INVARIANT: no id leads outside of the slots, whatever the bytes of a damaged program say.
    if (id >= known) continue
    const name = text(source, word(source, 36) + id * 8)
    const path = name.includes('.') ? name.split('.') : undefined
    reads.names.push(name)
    reads.slots.push((source.handle >>> 2) + id * 16)
    reads.paths.push(path)
    reads.searched ||= path !== undefined || name in Object.prototype
  }
  return reads
}

/** The key of a flag by its number. */
export function keyAt(source: Source, index: number): string {
  return text(source, word(source, 20) + index * FLAG)
}

export function keyOf(source: Source, table: Table): string {
  return (table.key ??= text(source, table.at))
}

/** The value of a variant; `undefined` when there is none. */
export function valueOf(source: Source, { at, values }: Table, variant: number): Json | undefined {
  let value = values[variant]
  if (value !== undefined || variant >= word(source, at + 12) >>> 16) return value
  try {
    value = JSON.parse(text(source, word(source, at + 16) + variant * 16 + 8)) as Json
    return (values[variant] = typeof value === 'object' ? freeze(value) : value)
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

export function numbers(many: number): number[] {
  return Array.from({ length: many }, (_, i) => i)
}
