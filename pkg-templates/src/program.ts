// Whole decisions: the words the engine answers, in the words people use.

import { attribute, unitText } from './engine/attribute.ts'
import { open, prepare as prepareEngine } from './engine/open.ts'
import { numbers, type Table } from './engine/table.ts'
import { type Answer, Deciding, type Known, NONE, pinsOf } from './engine/values.ts'
import { put } from './record.ts'
import { REASONS } from './reasons.ts'
import { makeSnapshot } from './snapshot.ts'
import type { Context, DecideOptions, Decision, Exposure, Json, Program, Snapshot, SnapshotOptions } from './types.ts'

/** Fetches the engine these bytes need, where engines are fetched. Elsewhere there is nothing to do. */
export function prepare(bytes: Uint8Array): Promise<void> {
  return prepareEngine(bytes)
}

/** Copies compiled bytes into the engine and checks them. Throws `ProgramError`, naming what is wrong with them. */
export function loadProgram(bytes: Uint8Array): Program {
  return new Loaded(open(bytes))
}

class Loaded extends Deciding implements Program {
  #digest: string | undefined

  get digest(): string {
    return (this.#digest ??= Array.from(this.bytes().bytes.subarray(64, 96), byte => byte.toString(16).padStart(2, '0')).join(''))
  }

  keys(): string[] {
    const program = this.bytes()
    return numbers(program.flags).map(index => program.text(program.flag(index)))
  }

  decide<T = Json>(flag: string, context: Context, options?: DecideOptions): Decision<T> {
    const known = this.known(flag)
    if (known === undefined)
      return { flag, variant: null, value: undefined, reason: 'unknown_flag', rule: null, bucket: null, exposure: null }
    const answer = options === undefined && known.constant !== undefined ? known.constant : this.#answer(this.one(known, context, options))
    return this.#decision(known, answer, context) as Decision<T>
  }

  decideAll(context: Context, options?: DecideOptions): Record<string, Decision> {
    const all = this.all()
    const pins = pinsOf(all, options)
    const now = this.crossAll(context, options)
    // All are decided before the context is looked at again, which may have a getter that decides something itself.
    const answers = all.map((_, i) => this.#answer(this.ask(i, now, pins?.[i] ?? 0)))
    const decisions: Record<string, Decision> = {}
    all.forEach((known, i) => put(decisions, known.key, this.#decision(known, answers[i]!, context)))
    return decisions
  }

  snapshot(context: Context, options: SnapshotOptions = {}): Snapshot {
    const { flags, units } = options
    const decisions = flags === undefined ? Object.values(this.decideAll(context, options)) : flags.map(flag => this.decide(flag, context, options))
    return makeSnapshot(this.digest, decisions, units)
  }

  /** The decision just made, whose first word is `head`. */
  #answer(head: number): Answer {
    const { rest, words } = this.source.host
    return [head, words[rest]!, words[rest + 1]!]
  }

  #decision(known: Known, [head, tail, unit]: Answer, context: Context): Decision {
    const index = head & NONE
    const variant = known.names[index] ?? null
    const rule = tail & NONE
    const bucket = tail >>> 16
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

  #exposure({ key, run }: Table, variant: string, unit: number, context: Context): Exposure | null {
    const { names, paths } = this.attributes()
    const unitType = names[unit]
    const id = unitType === undefined ? undefined : unitText(attribute(context, unitType, paths[unit]))
    return unitType === undefined || id === undefined ? null : { experiment: key, run, unitType, unit: id, variant }
  }
}
