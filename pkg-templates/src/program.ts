// A program in the engine's memory, and the decisions it gives.

import { attribute, unitText } from './engine/attribute.ts'
import { cross, type Reads } from './engine/crossing.ts'
import { fetched, type Host, hostFor } from './engine/seat.ts'
import { keyOf, readsOf, readTable, type Source, type Table } from './engine/table.ts'
import { room, write } from './engine/text.ts'
import { ProgramError, type ProgramErrorCode } from './errors.ts'
import { own, put } from './record.ts'
import { REASONS } from './reasons.ts'
import { makeSnapshot } from './snapshot.ts'
import type { Context, Decision, DecideOptions, Exposure, Json, Program, Snapshot, SnapshotOptions } from './types.ts'

/** Variant, rule, bucket and unit when there is none. */
const NONE = 0xffff
/** The first word of a decision for which the engine had no memory: no variant, `unusable`. */
const UNUSABLE = NONE | (6 << 16)

// Bits of a variant handed in.
const OVERRIDE = 1 << 16
const STICKY = 1 << 17

/** Up to so many flags an object is cheaper to copy than to make. */
const COPIED = 100

const FAILURES: readonly (readonly [ProgramErrorCode, string])[] = [
  ['too_short', 'the program ends too early: was the download cut off?'],
  ['not_a_program', 'these bytes are not a program: pass the body of `GET /v1/program` unchanged'],
  ['unsupported_version', 'the program was compiled for another version of the engine: update the `isoflag` package'],
  ['missing_capability', 'the program needs more than this engine can: `await prepare(bytes)` first, or update the `isoflag` package'],
  ['corrupt', 'the program is damaged: fetch it again'],
]

// A program that was forgotten gives its memory back. Hosts without the registry free by `dispose` alone.
const forgotten =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Source>(({ host, handle }) => host.engine.unload(handle))

/** What the header says the program needs of an engine; nothing for bytes that are no program, which loading will say. */
function needsOf(bytes: Uint8Array): number {
  return bytes.length < 16 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)
}

/** Fetches the engine these bytes need, where engines are fetched. Elsewhere there is nothing to do. */
export function prepare(bytes: Uint8Array): Promise<void> {
  return fetched(needsOf(bytes))
}

/** Copies compiled bytes into the engine and checks them. Throws `ProgramError`, naming what is wrong with them. */
export function loadProgram(bytes: Uint8Array): Program {
  const host = hostFor(needsOf(bytes))
  const { engine } = host
  const at = engine.allocate(bytes.length) >>> 0
  if (at === 0) throw new RangeError(`the engine has no memory for a program of ${bytes.length} bytes`)
  host.look()
  host.bytes.set(bytes, at)
  const handle = engine.load(at, bytes.length) >>> 0
  host.look()
  const failure = FAILURES[handle - 1]
  if (failure !== undefined) throw new ProgramError(failure[0], `${failure[1]} (${bytes.length} bytes)`)
  return new Loaded(host, handle, at)
}

class Loaded implements Program {
  readonly digest: string
  readonly #flags: number
  readonly #readsNow: boolean
  readonly #source: Source
  // Known flags only: a cache of unknown names would grow with whatever callers ask for.
  readonly #byKey = new Map<string, Table>()
  readonly #tables: (Table | undefined)[] = []
  #live = true
  #every: Table[] | undefined
  #reads: Reads | undefined
  #values: Values | undefined

  /** `at`: where the bytes are, whose header has been checked. */
  constructor(host: Host, handle: number, at: number) {
    const { bytes, words } = host
    const word = at >>> 2
    this.#flags = words[word + 4]!
    this.#readsNow = (bytes[at + 6]! & 1) === 1
    this.#source = { host, handle, attributes: words[word + 8]!, slots: host.engine.slots(handle) >>> 0 }
    this.digest = Array.from(bytes.subarray(at + 64, at + 96), byte => byte.toString(16).padStart(2, '0')).join('')
    forgotten?.register(this, this.#source, this)
  }

  keys(): string[] {
    this.#alive()
    return Array.from({ length: this.#flags }, (_, flag) => keyOf(this.#source, flag))
  }

  value<T = Json>(flag: string, context: Context, options?: DecideOptions): T | undefined {
    const table = this.#byKey.get(flag) ?? this.#find(flag)
    if (table === undefined) return undefined
    const { constant, values } = table
    const head = constant !== undefined && options === undefined ? constant[0] : this.#head(table, context, options)
    return values[head & NONE] as T | undefined
  }

  decide<T = Json>(flag: string, context: Context, options?: DecideOptions): Decision<T> {
    const table = this.#byKey.get(flag) ?? this.#find(flag)
    if (table === undefined)
      return { flag, variant: null, value: undefined, reason: 'unknown_flag', rule: null, bucket: null, exposure: null }
    const { constant } = table
    if (constant !== undefined && options === undefined) return this.#answer(table, ...constant, context) as Decision<T>
    const head = this.#head(table, context, options)
    const { last, words } = this.#source.host
    return this.#answer(table, head, words[last + 1]!, words[last + 2]!, context) as Decision<T>
  }

  values(context: Context, options?: DecideOptions): Record<string, Json | undefined> {
    const at = this.#all(context, options)
    const { template, varying } = (this.#values ??= this.#firstValues(at))
    const { words } = this.#source.host
    const values = { ...template }
    for (let i = 0; i < varying.length; i++) {
      const { table, variant } = varying[i]!
      const decided = words[at + table.index * 3]! & NONE
      if (decided !== variant) put(values, table.key, table.values[decided])
    }
    for (const flag of pinned(options)) if (Object.hasOwn(values, flag)) put(values, flag, this.value(flag, context, options))
    return values
  }

  decideAll(context: Context, options?: DecideOptions): Record<string, Decision> {
    const at = this.#all(context, options)
    const decisions: Record<string, Decision> = {}
    const { words } = this.#source.host
    for (const table of this.#every!) {
      const word = at + table.index * 3
      put(decisions, table.key, this.#answer(table, words[word]!, words[word + 1]!, words[word + 2]!, context))
    }
    for (const flag of pinned(options)) if (Object.hasOwn(decisions, flag)) put(decisions, flag, this.decide(flag, context, options))
    return decisions
  }

  snapshot(context: Context, options: SnapshotOptions = {}): Snapshot {
    const { flags, units } = options
    const decisions = flags === undefined ? Object.values(this.decideAll(context, options)) : flags.map(flag => this.decide(flag, context, options))
    return makeSnapshot(this.digest, decisions, units)
  }

  dispose(): void {
    if (!this.#live) return
    this.#live = false
    this.#byKey.clear()
    forgotten?.unregister(this)
    this.#source.host.engine.unload(this.#source.handle)
  }

  #alive(): void {
    if (!this.#live) throw new ProgramError('disposed', 'the program was disposed: load it again')
  }

  #find(flag: string): Table | undefined {
    this.#alive()
    const { host, handle } = this.#source
    const at = room(host, flag.length * 3)
    const index = at === 0 ? -1 : host.engine.find(handle, at, write(host, flag, at))
    const table = index < 0 ? undefined : this.#table(index)
    if (table !== undefined) this.#byKey.set(flag, table)
    return table
  }

  #table(index: number): Table | undefined {
    return (this.#tables[index] ??= readTable(this.#source, index))
  }

  /** Decides one flag; the first word of the decision. */
  #head(table: Table, context: Context, options: DecideOptions | undefined): number {
    const { host, handle } = this.#source
    if (!cross(host, table.reads, context)) return UNUSABLE
    const now = table.readsNow ? timeOf(options) : 0
    return host.engine.decide(handle, table.index, now, options === undefined ? 0 : pinOf(table, options))
  }

  /** Decides all flags; where the answers stand, in words. */
  #all(context: Context, options: DecideOptions | undefined): number {
    this.#alive()
    const { host, handle } = this.#source
    // Before the crossing: a description is written where the answers are.
    this.#every ??= Array.from({ length: this.#flags }, (_, flag) => this.#table(flag)).filter(table => table !== undefined)
    const written = cross(host, (this.#reads ??= this.#allReads()), context)
    const at = written ? host.engine.decideAll(handle, this.#readsNow ? timeOf(options) : 0) >>> 2 : 0
    if (at === 0) throw new RangeError('the engine has no memory for this context')
    host.look()
    return at
  }

  /** The answers of a first context, as what those of the next are compared with. */
  #firstValues(at: number): Values {
    const first: Record<string, Json | undefined> = {}
    const varying: Varying[] = []
    const copied = this.#flags <= COPIED
    const { words } = this.#source.host
    for (const table of this.#every!) {
      const variant = copied ? words[at + table.index * 3]! & NONE : -1
      if (copied) put(first, table.key, table.values[variant])
      if (table.constant === undefined || !copied) varying.push({ table, variant })
    }
    // An object as JSON makes it has a shape, and is copied in one go; one that is filled key by key becomes a hash table.
    const template = JSON.parse(JSON.stringify(first)) as Record<string, Json | undefined>
    for (const [key, value] of Object.entries(first)) if (typeof value === 'object' || value === undefined) put(template, key, value)
    return { template, varying }
  }

  #answer(table: Table, head: number, tail: number, unit: number, context: Context): Decision {
    const index = head & NONE
    const variant = table.names[index] ?? null
    const rule = tail & NONE
    const bucket = tail >>> 16
    return {
      flag: table.key,
      variant,
      value: table.values[index],
      reason: REASONS[(head >>> 16) & 255] ?? 'unusable',
      rule: rule === NONE ? null : rule,
      bucket: bucket === NONE ? null : bucket,
      exposure: head >>> 24 === 1 && variant !== null ? this.#exposure(table, variant, unit, context) : null,
    }
  }

  #exposure({ key, run }: Table, variant: string, unit: number, context: Context): Exposure | null {
    const { names, paths } = (this.#reads ??= this.#allReads())
    const unitType = names[unit]
    const id = unitType === undefined ? undefined : unitText(attribute(context, unitType, paths[unit]))
    return unitType === undefined || id === undefined ? null : { experiment: key, run, unitType, unit: id, variant }
  }

  /** Every attribute of the program, by its number. */
  #allReads(): Reads {
    return readsOf(this.#source, Array.from({ length: this.#source.attributes }, (_, id) => id))
  }
}

interface Varying {
  readonly table: Table
  /** Its variant in the template; -1 where the template has none. */
  readonly variant: number
}

interface Values {
  readonly template: Record<string, Json | undefined>
  /** The flags a context can change. */
  readonly varying: readonly Varying[]
}

function timeOf(options: DecideOptions | undefined): number {
  return Number(options?.now ?? Date.now())
}

/** The flags that are not left to their rules. */
function pinned(options: DecideOptions | undefined): string[] {
  return options === undefined ? [] : Object.keys({ ...options.overrides, ...options.sticky })
}

/** The variant handed in for a flag, as the engine takes it; 0 for none, and for a name the flag does not have. */
function pinOf({ key, names }: Table, { overrides, sticky }: DecideOptions): number {
  const variant = (record: Readonly<Record<string, string>> = {}): number => names.indexOf(own(record, key) as string)
  const forced = variant(overrides)
  if (forced >= 0) return OVERRIDE | forced
  const kept = variant(sticky)
  return kept < 0 ? 0 : STICKY | kept
}
