// What the host keeps of a flag, read from the program once, when the flag is first asked for: names and values as
// JavaScript, and which attributes to write.

import type { Json } from '../types.ts'
import type { Reads } from './crossing.ts'
import type { Host } from './seat.ts'
import { textAt } from './text.ts'

export interface Table {
  readonly key: string
  readonly index: number
  readonly names: readonly string[]
  readonly values: readonly (Json | undefined)[]
  readonly reads: Reads
  readonly run: string
  readonly readsNow: boolean
  /** The three words of the decision no context can change. */
  readonly constant: readonly [number, number, number] | undefined
}

/** What a program's tables have in common. */
export interface Source {
  readonly host: Host
  readonly handle: number
  readonly attributes: number
  readonly slots: number
}

/** A word that says there is nothing. */
const NOTHING = 0xffffffff

export function keyOf({ host, handle }: Source, flag: number): string {
  const at = described(host, handle, flag)
  return at === 0 ? '' : textAt(host, at)
}

function described(host: Host, handle: number, flag: number): number {
  const at = host.engine.describe(handle, flag) >>> 2
  host.look()
  return at
}

/** The words of a description stand in src/engine-wasm. `undefined` for a flag whose bytes are damaged. */
export function readTable(source: Source, flag: number): Table | undefined {
  const { host, handle, attributes } = source
  const at = described(host, handle, flag)
  if (at === 0) return undefined
  const { words } = host
  const [now, variants, reads, ...constant] = words.subarray(at + 4, at + 10) as unknown as [number, number, number, number, number, number]
  const name = (i: number): number => at + 10 + i * 4
  const numbers = Array.from({ length: variants }, (_, i) => i)
  const key = textAt(host, at)
  const run = textAt(host, at + 2)
  const names = numbers.map(i => textAt(host, name(i)))
  const values = numbers.map(i => value(textAt(host, name(i) + 2)))
  // INVARIANT: no id leads outside of the slots, whatever the bytes of a damaged program say.
  const ids = Array.from(words.subarray(name(variants), name(variants) + reads)).filter(id => id < attributes)
  return { key, index: flag, names, values, reads: readsOf(source, ids), run, readsNow: now === 1, constant: constant[0] === NOTHING ? undefined : constant }
}

/** The name of an attribute. */
export function attributeName({ host, handle }: Source, id: number): string {
  const at = host.engine.attribute(handle, id) >>> 2
  host.look()
  return at === 0 ? '' : textAt(host, at)
}

/** How to write the attributes with these numbers. */
export function readsOf(source: Source, ids: readonly number[]): Reads {
  const names = ids.map(id => attributeName(source, id))
  const paths = names.map(name => (name.includes('.') ? name.split('.') : undefined))
  return { names, slots: ids.map(id => (source.slots >>> 2) + id * 16), paths, dotted: paths.some(Boolean), views: [] }
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
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
