// Whole decisions: the words the engine answers, in the words people use.

import { attribute, unitText } from './engine/attribute.ts'
import type { Reads } from './engine/crossing.ts'
import { find } from './engine/find.ts'
import type { Source } from './engine/host.ts'
import { crossPlain } from './engine/plain.ts'
import { openSeated, prepare as prepareEngine } from './engine/seat.ts'
import { numbers, type Table } from './engine/table.ts'
import { Deciding, NONE } from './engine/values.ts'
import { own, put } from './record.ts'
import { REASONS } from './reasons.ts'
import { makeSnapshot } from './snapshot.ts'
import type { Context, DecideOptions, Decision, Exposure, Json, Program, Snapshot, SnapshotOptions } from './types.ts'

/** Fetches the engine these bytes need, where engines are fetched. Elsewhere there is nothing to do. */
export function prepare(bytes: Uint8Array): Promise<void> {
  return prepareEngine(bytes)
}

/** Copies compiled bytes into the engine and checks them. Throws `ProgramError`, naming what is wrong with them. */
export function loadProgram(bytes: Uint8Array): Program {
  return new Loaded(openSeated(bytes))
}

// Bits of a variant handed in.
const OVERRIDE = 1 << 16
const STICKY = 1 << 17

/** The words of a decision, as src/engine-wasm has them. */
type Answer = readonly [head: number, tail: number, unit: number]

/** A flag, and all of its decision when no context can change that. */
interface Known extends Table {
  readonly names: readonly string[]
  readonly run: string
  readonly answer: Answer | undefined
}

// A program that was forgotten gives its memory back. Hosts without the registry free by `dispose` alone.
const forgotten = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<Source>(unload)

function unload({ host, handle }: Source): void {
  host.engine.unload?.(handle)
}

class Loaded extends Deciding<Known> implements Program {
  // Known flags only: a cache of unknown names would grow with whatever callers ask for.
  readonly #byKey = new Map<string, Known>()
  #digest: string | undefined

  constructor(source: Source) {
    super(source)
    if (source.host.engine.unload !== undefined) forgotten?.register(this, source, this)
  }

  get digest(): string {
    return (this.#digest ??= Array.from(this.bytes().bytes.subarray(64, 96), byte => byte.toString(16).padStart(2, '0')).join(''))
  }

  keys(): string[] {
    const program = this.bytes()
    return numbers(program.word(16)).map(index => program.text(program.flag(index)))
  }

  decide<T = Json>(flag: string, context: Context, options?: DecideOptions): Decision<T> {
    const known = this.known(flag)
    if (known === undefined)
      return { flag, variant: null, value: undefined, reason: 'unknown_flag', rule: null, bucket: null, exposure: null }
    const kept = this.pin(known, options) === 0 ? known.answer : undefined
    const answer = kept ?? this.#answer(this.one(known, context, options))
    return this.#decision(known, answer, context) as Decision<T>
  }

  decideAll(context: Context, options?: DecideOptions): Record<string, Decision> {
    const all = this.all()
    const pins = all.map(known => this.pin(known, options))
    const now = this.crossAll(context, options)
    // All are decided before the context is looked at again, which may have a getter that decides something itself.
    const answers = all.map((_, i) => this.#answer(this.ask(i, now, pins[i]!)))
    const decisions: Record<string, Decision> = {}
    all.forEach((known, i) => put(decisions, known.key, this.#decision(known, answers[i]!, context)))
    return decisions
  }

  snapshot(context: Context, options: SnapshotOptions = {}): Snapshot {
    const { flags, units } = options
    const decisions = flags === undefined ? Object.values(this.decideAll(context, options)) : flags.map(flag => this.decide(flag, context, options))
    return makeSnapshot(this.digest, decisions, units)
  }

  override dispose(): void {
    const { source } = this
    super.dispose()
    if (source === undefined) return
    this.#byKey.clear()
    forgotten?.unregister(this)
    unload(source)
  }

  protected override known(flag: string): Known | undefined {
    return this.#byKey.get(flag) ?? this.#find(flag)
  }

  #find(flag: string): Known | undefined {
    const index = find(this.bytes(), flag)
    if (index < 0) return undefined
    const known = this.know(index)
    this.#byKey.set(flag, known)
    return known
  }

  protected override read(index: number): Known {
    const table = super.read(index)
    const answer = table.constant === undefined ? undefined : this.#answer(table.constant)
    const program = this.bytes()
    const at = program.flag(index)
    const experiment = program.word(at + 32)
    return { ...table, names: program.variants(at, 0), run: experiment === 0 ? '' : program.text(experiment), answer }
  }

  protected override cross(reads: Reads, context: Context): boolean {
    return crossPlain(this.live().host, reads, context)
  }

  /** 0 for none, and for a name the flag does not have. */
  protected override pin({ key, names }: Known, options: DecideOptions | undefined): number {
    if (options?.overrides === undefined && options?.sticky === undefined) return 0
    const variant = (record: Readonly<Record<string, string>> = {}): number => names.indexOf(own(record, key) as string)
    const forced = variant(options.overrides)
    if (forced >= 0) return OVERRIDE | forced
    const kept = variant(options.sticky)
    return kept < 0 ? 0 : STICKY | kept
  }

  /** The decision just made, whose first word is `head`. */
  #answer(head: number): Answer {
    const { host, handle } = this.live()
    const rest = (handle >>> 2) - 2
    return [head, host.words[rest]!, host.words[rest + 1]!]
  }

  #decision(known: Known, [head, tail, unit]: Answer, context: Context): Decision {
    const index = head & NONE
    const variant = known.names[index] ?? null
    // Without a variant nothing decided, and what stands in memory is of another decision.
    const rule = variant === null ? NONE : tail & NONE
    const bucket = variant === null ? NONE : tail >>> 16
    return {
      flag: known.key,
      variant,
      value: known.values[index],
      reason: REASONS[(head >>> 16) & 255] ?? 'unusable',
      rule: rule === NONE ? null : rule,
      bucket: bucket === NONE ? null : bucket,
      exposure: head >>> 24 === 1 && variant !== null ? this.#exposure(known, variant, unit, context) : null,
    }
  }

  #exposure({ key, run }: Known, variant: string, unit: number, context: Context): Exposure | null {
    const { names, paths } = this.attributes()
    const unitType = names[unit]
    const id = unitType === undefined ? undefined : unitText(attribute(context, unitType, paths[unit]))
    return unitType === undefined || id === undefined ? null : { experiment: key, run, unitType, unit: id, variant }
  }
}
