// What the host keeps of a flag, read from the program once, when the flag is first asked for: names and values as
// JavaScript, and which attributes to write.

import type { Json } from '../types.ts'
import { read, view } from './memory.ts'
import type { Reads } from './crossing.ts'
import type { Engine } from './seat.ts'

export interface Table {
  readonly key: string
  readonly index: number
  readonly names: readonly string[]
  readonly values: readonly (Json | undefined)[]
  readonly reads: Reads
  /** The attribute the experiment randomises. */
  readonly unit: string | undefined
  readonly run: string
}

// The `what` of count, item and text.
const COUNT_FLAGS = 0
const COUNT_ATTRIBUTES = 1
const COUNT_VARIANTS = 2
const COUNT_READS = 3
const ITEM_READ = 0
const ITEM_UNIT = 1
const TEXT_KEY = 0
const TEXT_VARIANT = 1
const TEXT_VALUE = 2
const TEXT_ATTRIBUTE = 3
const TEXT_RUN = 4
const TEXT_DIGEST = 5

function text(engine: Engine, program: number, what: number, flag: number, index: number): string {
  const at = engine.text(program, what, flag, index) >>> 0
  return at === 0 ? '' : read(view(engine).bytes, at, engine.textLength())
}

/** The digest, 32 bytes in the program, as 64 hex digits. */
export function digestOf(engine: Engine, program: number): string {
  const at = engine.text(program, TEXT_DIGEST, 0, 0) >>> 0
  const bytes = view(engine).bytes.subarray(at, at + (at === 0 ? 0 : engine.textLength()))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

export function flagCount(engine: Engine, program: number): number {
  return engine.count(program, COUNT_FLAGS, 0)
}

export function flagKey(engine: Engine, program: number, flag: number): string {
  return text(engine, program, TEXT_KEY, flag, 0)
}

/** Every attribute of the program, for deciding all flags at once. */
export function allReads(engine: Engine, program: number): Reads {
  const ids = indexes(engine.count(program, COUNT_ATTRIBUTES, 0))
  return { ids, names: ids.map(id => text(engine, program, TEXT_ATTRIBUTE, 0, id)) }
}

export function readTable(engine: Engine, program: number, flag: number): Table {
  const attribute = (id: number): string => text(engine, program, TEXT_ATTRIBUTE, 0, id)
  const variants = indexes(engine.count(program, COUNT_VARIANTS, flag))
  // INVARIANT: no id leads outside of the slots, whatever the bytes of a damaged program say.
  const attributes = engine.count(program, COUNT_ATTRIBUTES, 0)
  const ids = indexes(engine.count(program, COUNT_READS, flag))
    .map(i => engine.item(program, ITEM_READ, flag, i))
    .filter(id => id >= 0 && id < attributes)
  const unit = engine.item(program, ITEM_UNIT, flag, 0)
  return {
    key: flagKey(engine, program, flag),
    index: flag,
    names: variants.map(i => text(engine, program, TEXT_VARIANT, flag, i)),
    values: variants.map(i => value(text(engine, program, TEXT_VALUE, flag, i))),
    reads: { ids, names: ids.map(attribute) },
    unit: unit < 0 ? undefined : attribute(unit),
    run: text(engine, program, TEXT_RUN, flag, 0),
  }
}

function indexes(many: number): number[] {
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
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
