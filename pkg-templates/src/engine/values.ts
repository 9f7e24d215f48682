// The values a program decides, and what deciding anything takes: flags by their keys, contexts crossing, one call a flag.

import { ProgramError } from '../errors.ts'
import { own, put } from '../record.ts'
import type { Context, DecideOptions, Json, Values } from '../types.ts'
import { cross, type Reads } from './crossing.ts'
import { close, release } from './open.ts'
import { Bytes, find, numbers, readsOf, readTable, type Source, type Table } from './table.ts'

/** Variant, rule, bucket and unit when there is none. */
export const NONE = 0xffff
/** A decision for which the engine had no memory: no variant, `unusable`. */
const UNUSABLE = NONE | (6 << 16)

// Bits of a variant handed in.
const OVERRIDE = 1 << 16
const STICKY = 1 << 17

/** Up to so many flags an object is cheaper to copy than to make. */
const COPIED = 100

/** The words of a decision, as src/engine-wasm has them. */
export type Answer = readonly [head: number, tail: number, unit: number]

/** A flag, and its decision when no context can change that. */
export interface Known extends Table {
  readonly constant: Answer | undefined
}

export class Deciding implements Values {
  protected readonly source: Source
  // Known flags only: a cache of unknown names would grow with whatever callers ask for.
  readonly #byKey = new Map<string, Known>()
  // By number, so that the values of a flag are the same objects however it is asked for.
  readonly #byIndex: Known[] = []
  #all: readonly Known[] | undefined
  #reads: Reads | undefined
  #template: Record<string, Json | undefined> | undefined
  /** For each flag its variant in the template; -1 where the template has none. */
  #variants: number[] = []
  #live = true

  constructor(source: Source) {
    this.source = source
    release(this, source)
  }

  value<T = Json>(flag: string, context: Context, options?: DecideOptions): T | undefined {
    const known = this.known(flag)
    if (known === undefined) return undefined
    const { constant, values } = known
    const head = constant !== undefined && options === undefined ? constant[0] : this.one(known, context, options)
    return values[head & NONE] as T | undefined
  }

  values(context: Context, options?: DecideOptions): Record<string, Json | undefined> {
    const all = this.all()
    const pins = pinsOf(all, options)
    const now = this.crossAll(context, options)
    const template = (this.#template ??= this.#firstValues(all, now))
    const variants = this.#variants
    const values = { ...template }
    for (let i = 0; i < all.length; i++) {
      const known = all[i]!
      const given = variants[i]!
      if (known.constant !== undefined && given >= 0 && pins === undefined) continue
      const variant = this.ask(i, now, pins === undefined ? 0 : pins[i]!) & NONE
      if (variant !== given) put(values, known.key, known.values[variant])
    }
    return values
  }

  dispose(): void {
    if (!this.#live) return
    this.#live = false
    this.#byKey.clear()
    close(this, this.source)
  }

  /** The program's bytes, as long as it has them. */
  protected bytes(): Bytes {
    if (!this.#live) throw new ProgramError('disposed', 'the program was disposed: load it again')
    return new Bytes(this.source)
  }

  /** A flag by its key; `undefined` when there is none. */
  protected known(flag: string): Known | undefined {
    const known = this.#byKey.get(flag)
    return known !== undefined ? known : this.#find(flag)
  }

  #find(flag: string): Known | undefined {
    const index = find(this.bytes(), flag)
    if (index < 0) return undefined
    const known = this.#know(index)
    this.#byKey.set(flag, known)
    return known
  }

  #know(index: number): Known {
    const there = this.#byIndex[index]
    if (there !== undefined) return there
    const table = readTable(this.source, index)
    const { host } = this.source
    const free = table.reads.names.length === 0 && !table.readsNow
    const constant = free ? ([this.ask(index, 0, 0), host.words[host.rest]!, host.words[host.rest + 1]!] as const) : undefined
    return (this.#byIndex[index] = { ...table, constant })
  }

  /** Every flag, by its number. */
  protected all(): readonly Known[] {
    const { flags } = this.bytes()
    return (this.#all ??= numbers(flags).map(index => this.#know(index)))
  }

  /** Every attribute, by its number. */
  protected attributes(): Reads {
    return (this.#reads ??= readsOf(this.source, numbers(this.bytes().attributes)))
  }

  /** Has the engine decide a flag for the context in the slots; the first word of the decision. */
  protected ask(index: number, now: number, pin: number): number {
    return this.source.host.engine.decide(this.source.handle, index, now, pin)
  }

  /** Writes what one flag reads and decides it. */
  protected one(known: Known, context: Context, options: DecideOptions | undefined): number {
    const pin = options === undefined ? 0 : pinOf(known, options)
    const now = known.readsNow ? timeOf(options) : 0
    return cross(this.source.host, known.reads, context) ? this.ask(known.index, now, pin) : UNUSABLE
  }

  /** Writes every attribute, once for all flags; answers the time, when one of them reads it. */
  protected crossAll(context: Context, options: DecideOptions | undefined): number {
    const now = this.bytes().readsNow ? timeOf(options) : 0
    if (!cross(this.source.host, this.attributes(), context)) throw new RangeError('the engine has no memory for this context')
    return now
  }

  /** The values for a first context, as what those for the next are compared with. */
  #firstValues(all: readonly Known[], now: number): Record<string, Json | undefined> {
    const first: Record<string, Json | undefined> = {}
    this.#variants = all.map((_, i) => (all.length > COPIED ? -1 : this.ask(i, now, 0) & NONE))
    if (all.length > COPIED) return first
    all.forEach(({ key, values }, i) => put(first, key, values[this.#variants[i]!]))
    // An object as JSON makes it has a shape, and is copied in one go; one that is filled key by key becomes a hash table.
    const template = JSON.parse(JSON.stringify(first)) as typeof first
    for (const [key, value] of Object.entries(first)) if (typeof value === 'object' || value === undefined) put(template, key, value)
    return template
  }
}

function timeOf(options: DecideOptions | undefined): number {
  return Number(options?.now ?? Date.now())
}

/** The variants handed in, by the numbers of the flags. */
export function pinsOf(all: readonly Known[], options: DecideOptions | undefined): number[] | undefined {
  return options?.overrides === undefined && options?.sticky === undefined ? undefined : all.map(known => pinOf(known, options))
}

/** The variant handed in for a flag, as the engine takes it; 0 for none, and for a name the flag does not have. */
function pinOf({ key, names }: Table, { overrides, sticky }: DecideOptions): number {
  const variant = (record: Readonly<Record<string, string>> = {}): number => names.indexOf(own(record, key) as string)
  const forced = variant(overrides)
  if (forced >= 0) return OVERRIDE | forced
  const kept = variant(sticky)
  return kept < 0 ? 0 : STICKY | kept
}
