// Whole decisions: the words the engine answers, in the words people use.

import { attribute, unitText } from './engine/attribute.ts'
import { openSeated, prepare as prepareEngine } from './engine/seat.ts'
import { Served } from './engine/served.ts'
import { text, word } from './engine/source.ts'
import { keyAt, keyOf, numbers, type Table, valueOf } from './engine/table.ts'
import { NONE } from './engine/values.ts'
import { own, put } from './record.ts'
import { REASONS } from './reasons.ts'
import { makeSnapshot } from './snapshot.ts'
import type { Context, DecideOptions, Decision, Exposure, Json, Kept, Program, Snapshot, SnapshotOptions } from './types.ts'

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

/** A flag and, once it was decided whole, its names. */
interface Known extends Table {
  named?: Named
}

interface Named {
  readonly variants: readonly string[]
  readonly run: string
}

class Loaded extends Served<Known> implements Program {
  get digest(): string {
    const source = this.source
    const { host, at } = source
    return (source.digest ??= Array.from(host.bytes.subarray(at + 64, at + 96), byte => byte.toString(16).padStart(2, '0')).join(''))
  }

  keys(): string[] {
    const source = this.source
    return numbers(word(source, 16)).map(index => keyAt(source, index))
  }

  decide<T = Json>(flag: string, context: object, options?: DecideOptions): Decision<T> {
    const known = this.known(flag)
    if (known === undefined)
      return { flag, variant: null, value: undefined, reason: 'unknown_flag', rule: null, bucket: null, exposure: null }
    const kept = known.constant !== undefined && this.pin(known, options) === 0
    const answer = this.#answer(kept ? this.ask(known.index, 0, 0) : this.one(known, context, options))
    return this.#decision(known, answer, context) as Decision<T>
  }

  decideAll(context: object, options?: DecideOptions): Record<string, Decision> {
    const all = this.all()
    const pins = all.map(known => this.pin(known, options))
    const now = this.crossAll(context, options)
    // All are decided before the context is looked at again, which may have a getter that decides something itself.
    const answers = now === undefined ? undefined : all.map((_, i) => this.#answer(this.ask(i, now, pins[i]!)))
    const decisions: Record<string, Decision> = {}
    all.forEach((known, i) => {
      const key = known.key!
      put(decisions, key, answers === undefined ? this.decide(key, context, options) : this.#decision(known, answers[i]!, context))
    })
    return decisions
  }

  snapshot(context: object, options?: SnapshotOptions): Snapshot {
    const decisions = options?.flags?.map(flag => this.decide(flag, context, options)) ?? Object.values(this.decideAll(context, options))
    return makeSnapshot(this.digest, decisions, options?.units)
  }

  /** 0 for none, and for a name the flag does not have. */
  protected override pin(known: Known, options: DecideOptions | undefined): number {
    // Null too: what is handed in may come from a cookie.
    const { overrides, sticky } = options ?? {}
    if (!overrides && !sticky) return 0
    const key = keyOf(this.source, known)
    const { variants, run } = this.#named(known)
    const forced = variants.indexOf(own(overrides ?? {}, key) as string)
    if (forced >= 0) return OVERRIDE | forced
    const had = own(sticky ?? {}, key) as Kept | null | undefined
    // What was not exposed, or in another run, is none of this experiment's.
    const kept = had && (had.run ?? '') === run ? variants.indexOf(had.variant) : -1
    return kept < 0 ? 0 : STICKY | kept
  }

  #named(known: Known): Named {
    return (known.named ??= this.#names(known.at))
  }

  #names(at: number): Named {
    const source = this.source
    const experiment = word(source, at + 32)
    return {
      variants: numbers(word(source, at + 12) >>> 16).map(i => text(source, word(source, at + 16) + i * 16)),
      run: experiment === 0 ? '' : text(source, experiment),
    }
  }

  /** The decision just made, whose first word is `head`. */
  #answer(head: number): Answer {
    const { host, handle } = this.source
    const rest = (handle >>> 2) - 2
    return [head, host.words[rest]!, host.words[rest + 1]!]
  }

  #decision(known: Known, [head, tail, unit]: Answer, context: object): Decision {
    const source = this.source
    const index = head & NONE
    const { variants, run } = this.#named(known)
    const variant = variants[index] ?? null
    // Without a variant nothing decided, and what stands in memory is of another decision.
    const rule = variant === null ? NONE : tail & NONE
    const bucket = variant === null ? NONE : tail >>> 16
    return {
      flag: keyOf(source, known),
      variant,
      value: valueOf(source, known, index),
      reason: REASONS[(head >>> 16) & 255] ?? 'unusable',
      rule: rule === NONE ? null : rule,
      bucket: bucket === NONE ? null : bucket,
      exposure: head >>> 24 === 1 && variant !== null ? this.#exposure(known.key!, run, variant, unit, context) : null,
    }
  }

  #exposure(key: string, run: string, variant: string, unit: number, context: object): Exposure | null {
    const { names, paths } = this.attributes()
    const unitType = names[unit]
    const id = unitType === undefined ? undefined : unitText(attribute(context as Context, unitType, paths[unit]))
    return unitType === undefined || id === undefined ? null : { experiment: key, run, unitType, unit: id, variant, program: this.digest }
  }
}
