// The values a program decides, in the fewest bytes: flags by their keys, contexts crossing, one call a flag. What is faster
// or says more, and takes more bytes, is in `Loaded`.

import { ProgramError } from '../errors.ts'
import { put } from '../record.ts'
import type { Context, Json, TimeOptions, Values } from '../types.ts'
import { cross, type Reads } from './crossing.ts'
import { type Source, word } from './source.ts'
import { keyAt, keyOf, numbers, readsOf, readTable, type Table, valueOf } from './table.ts'

/** Variant, rule, bucket and unit when there is none. */
export const NONE = 0xffff
/** A decision that cannot be made, for want of memory or of a time: no variant, `unusable`. */
const UNUSABLE = NONE | (6 << 16)

/** Bit of the header's second word. */
const PROGRAM_READS_NOW = 1 << 16

/** Where a disposed program was: nothing of it can be asked for without asking for its host. */
export const DISPOSED: Source = {
  get host(): never {
    throw new ProgramError('disposed', 'the program was disposed: load it again')
  },
  handle: 0,
  at: 0,
  length: 0,
  digest: undefined,
}

/** Up to so many flags an object is cheaper to copy than to make. */
const COPIED = 100

export class Deciding<Known extends Table = Table> implements Values {
  protected source: Source
  readonly #cross: typeof cross
  // Known flags only: a cache of unknown names would grow with whatever callers ask for.
  readonly #byKey = new Map<string, Known>()
  #keys: ReadonlyMap<string, number> | undefined
  // By number, so that the values of a flag are the same objects however it is asked for.
  readonly #byIndex: Known[] = []
  #reads: Reads | undefined
  #template: Record<string, Json | undefined> | undefined
  /** For each flag its variant in the template; -1 where the template has none. */
  #variants: readonly number[] = []

  constructor(source: Source, crossing: typeof cross = cross) {
    this.source = source
    this.#cross = crossing
  }

  value<T = Json>(flag: string, context: object, options?: TimeOptions): T | undefined {
    const known = this.known(flag)
    return known && (valueOf(this.source, known, this.one(known, context, options) & NONE) as T | undefined)
  }

  values(context: object, options?: TimeOptions): Record<string, Json | undefined> {
    const all = this.all()
    const pins = options && all.map(known => this.pin(known, options))
    const now = this.crossAll(context, options)
    const source = this.source
    const { engine } = source.host
    const values = { ...(this.#template ??= this.#firstValues(all, now ?? 0)) }
    const variants = this.#variants
    for (let i = 0; i < all.length; i++) {
      const known = all[i]!
      const given = variants[i]!
      const pin = pins?.[i] ?? 0
      if (known.constant !== undefined && given >= 0 && pin === 0) continue
      const variant = (now === undefined ? this.one(known, context, options) : engine.decide(source.handle, i, now, pin)) & NONE
      if (variant !== given) put(values, known.key!, valueOf(source, known, variant))
    }
    return values
  }

  dispose(): void {
    this.source = DISPOSED
    this.#byKey.clear()
  }

  /** A flag by its key; `undefined` when there is none. */
  protected known(flag: string): Known | undefined {
    const kept = this.#byKey.get(flag)
    if (kept !== undefined) return kept
    const index = this.find(flag)
    if (index === undefined || index < 0) return undefined
    const known = (this.#byIndex[index] ??= readTable(this.source, index) as Known)
    this.#byKey.set(flag, known)
    return known
  }

  /** The number of a flag; a browser's program is small enough to have all its keys read. */
  protected find(flag: string): number | undefined {
    const source = this.source
    this.#keys ??= new Map(numbers(word(source, 16)).map(index => [keyAt(source, index), index]))
    return this.#keys.get(flag)
  }

  /** Every flag, by its number and with its key. */
  protected all(): readonly Known[] {
    const source = this.source
    const many = word(source, 16)
    for (let index = 0; index < many; index++) keyOf(source, (this.#byIndex[index] ??= readTable(source, index) as Known))
    return this.#byIndex
  }

  /** Every attribute, by its number. */
  protected attributes(): Reads {
    return (this.#reads ??= readsOf(this.source, word(this.source, 32)))
  }

  /** Has the engine decide a flag for the context in the slots; the first word of the decision. */
  protected ask(index: number, now: number, pin: number): number {
    const { host, handle } = this.source
    return host.engine.decide(handle, index, now, pin)
  }

  /** The variant handed in for a flag, as the engine takes it. */
  protected pin(_: Known, __: TimeOptions): number {
    return 0
  }

  /** Decides one flag. */
  protected one(known: Known, context: object, options: TimeOptions | undefined): number {
    const pin = options === undefined ? 0 : this.pin(known, options)
    if (known.constant !== undefined && pin === 0) return known.constant
    const now = known.readsNow ? timeOf(options) : 0
    if (Number.isNaN(now) || !this.#cross(this.source.host, known.reads, context as Context)) return UNUSABLE
    // Asked for behind the crossing: a getter of the context may have disposed the program.
    const { host, handle } = this.source
    return host.engine.decide(handle, known.index, now, pin)
  }

  /**
   * Writes every attribute, once for all flags; answers the time, when one of them reads it. `undefined` when that cannot be:
   * some flags may still be decided, one by one.
   */
  protected crossAll(context: object, options: TimeOptions | undefined): number | undefined {
    const now = word(this.source, 4) & PROGRAM_READS_NOW ? timeOf(options) : 0
    return !Number.isNaN(now) && this.#cross(this.source.host, this.attributes(), context as Context) ? now : undefined
  }

  /** The values for a first context, as what those for the next are compared with. */
  #firstValues(all: readonly Known[], now: number): Record<string, Json | undefined> {
    const first: Record<string, Json | undefined> = {}
    this.#variants = all.map((_, i) => (all.length > COPIED ? -1 : this.ask(i, now, 0) & NONE))
    if (all.length > COPIED) return first
    all.forEach((known, i) => put(first, known.key!, valueOf(this.source, known, this.#variants[i]!)))
    // An object as JSON makes it has a shape, and is copied in one go; one that is filled key by key becomes a hash table.
    const template = JSON.parse(JSON.stringify(first)) as typeof first
    for (const key in first) put(template, key, first[key])
    return template
  }
}

/** Milliseconds; NaN when what was handed in is no time. */
function timeOf(options: TimeOptions | undefined): number {
  return Number(options?.now ?? Date.now())
}
