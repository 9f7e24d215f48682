// What the host keeps of a flag, read from the program when it is needed and once: values and names as JavaScript, and which
// attributes to write. Nothing here decides.

import type { Json } from '../types.ts'
import type { Reads } from './crossing.ts'
import type { Source } from './source.ts'

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

export function readTable(source: Source, index: number): Table {
  const at = source.flag(index)
  const bits = source.half(at + 8) >>> 8
  const ids: number[] = []
  const many = source.half(at + 24)
  for (let i = 0; i < many; i++) ids.push(source.half(source.word(at + 20) + i * 2))
  const readsNow = (bits & 2) !== 0
  const constant = (bits & 1) === 0 || (many === 0 && !readsNow) ? source.host.engine.decide(source.handle, index, 0, 0) : undefined
  return { index, at, reads: readsOf(source, ids), readsNow, constant, values: [], key: undefined }
}

/** How to write the attributes with these numbers. */
export function readsOf(source: Source, ids: readonly number[]): Reads {
  const reads = { names: [] as string[], slots: [] as number[], paths: [] as (string[] | undefined)[], dotted: false, views: [] }
  const known = source.word(32)
  for (const id of ids) {
    // INVARIANT: no id leads outside of the slots, whatever the bytes of a damaged program say.
    if (id >= known) continue
    const name = source.text(source.word(36) + id * 8)
    const path = name.includes('.') ? name.split('.') : undefined
    reads.names.push(name)
    reads.slots.push((source.handle >>> 2) + id * 16)
    reads.paths.push(path)
    reads.dotted ||= path !== undefined
  }
  return reads
}

export function keyOf(source: Source, table: Table): string {
  return (table.key ??= source.text(table.at))
}

/** The value of a variant; `undefined` when there is none. */
export function valueOf(source: Source, { at, values }: Table, variant: number): Json | undefined {
  const value = values[variant]
  return value !== undefined || variant >= source.half(at + 14) ? value : (values[variant] = parse(source.text(source.word(at + 16) + variant * 16 + 8)))
}

function parse(literal: string): Json | undefined {
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

export function numbers(many: number): number[] {
  return Array.from({ length: many }, (_, i) => i)
}
