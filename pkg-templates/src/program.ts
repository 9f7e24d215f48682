// A program in the engine's memory, and the decisions it gives.

import { cross, type Reads, unitText } from './engine/crossing.ts'
import { room, view, write } from './engine/memory.ts'
import { type Engine, engine } from './engine/seat.ts'
import { allReads, digestOf, flagCount, flagKey, readTable, type Table } from './engine/table.ts'
import { ProgramError, type ProgramErrorCode } from './errors.ts'
import { put } from './record.ts'
import { makeSnapshot } from './snapshot.ts'
import type { Context, Decision, Exposure, Json, Program, Reason, Snapshot } from './types.ts'

const REASONS: readonly Reason[] = ['off', 'targeted', 'split', 'default', 'missing_unit', 'unknown_flag', 'unusable']

/** `rule` and `bucket` when there is none. */
const NONE = 0xffff

const FAILURES: Record<number, readonly [ProgramErrorCode, string]> = {
  1: ['too_short', 'the program ends too early: was the download cut off?'],
  2: ['not_a_program', 'these bytes are not a program: pass the body of `GET /v1/program` unchanged'],
  3: ['unsupported_version', 'the program was compiled for another version of the engine: update the `isoflag` package'],
  4: ['missing_capability', 'the program needs something this engine does not have: update the `isoflag` package'],
  5: ['corrupt', 'the program is damaged: fetch it again'],
}

// A program that was forgotten gives its memory back. Hosts without the registry free by `dispose` alone.
const forgotten =
  typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<number>(handle => engine().unload(handle))

/** Copies compiled bytes into the engine and checks them. Throws `ProgramError`, naming what is wrong with them. */
export function loadProgram(bytes: Uint8Array): Program {
  const host = engine()
  const at = host.allocate(bytes.length) >>> 0
  if (at === 0) throw new RangeError(`the engine has no memory for a program of ${bytes.length} bytes`)
  view(host).bytes.set(bytes, at)
  const failure = host.load(at, bytes.length)
  if (failure === 0) return new Loaded(host, at)
  const [code, message] = FAILURES[failure] ?? ['corrupt', `the engine refuses the program (code ${failure})`]
  throw new ProgramError(code, `${message} (${bytes.length} bytes)`)
}

class Loaded implements Program {
  readonly digest: string
  readonly #engine: Engine
  #handle: number
  readonly #slots: number
  // Known flags only: a cache of unknown names would grow with whatever callers ask for.
  readonly #byKey = new Map<string, Table>()
  readonly #tables: Table[] = []
  #all: Reads | undefined

  constructor(host: Engine, handle: number) {
    this.#engine = host
    this.#handle = handle
    this.#slots = host.slots(handle) >>> 0
    this.digest = digestOf(host, handle)
    forgotten?.register(this, handle, this)
  }

  keys(): string[] {
    const handle = this.#live()
    return Array.from({ length: flagCount(this.#engine, handle) }, (_, i) => flagKey(this.#engine, handle, i))
  }

  decide<T = Json>(flag: string, context: Context): Decision<T> {
    const handle = this.#live()
    const table = this.#byKey.get(flag) ?? this.#find(handle, flag)
    if (table === undefined)
      return { flag, variant: null, value: undefined, reason: 'unknown_flag', rule: null, bucket: null, exposure: null }
    const host = this.#engine
    cross(host, this.#slots, table.reads, context)
    host.decide(handle, table.index)
    return this.#answer(table, host.answers() >>> 0, context) as Decision<T>
  }

  decideAll(context: Context): Record<string, Decision> {
    const handle = this.#live()
    const host = this.#engine
    this.#all ??= allReads(host, handle)
    cross(host, this.#slots, this.#all, context)
    const many = host.decideAll(handle)
    const answers = host.answers() >>> 0
    const decisions: Record<string, Decision> = {}
    for (let flag = 0; flag < many; flag++) {
      const table = (this.#tables[flag] ??= readTable(host, handle, flag))
      put(decisions, table.key, this.#answer(table, answers + flag * 8, context))
    }
    return decisions
  }

  snapshot(context: Context, flags?: readonly string[], units?: Readonly<Record<string, string>>): Snapshot {
    const decisions = flags === undefined ? Object.values(this.decideAll(context)) : flags.map(flag => this.decide(flag, context))
    return makeSnapshot(this.digest, decisions, units)
  }

  dispose(): void {
    if (this.#handle === 0) return
    forgotten?.unregister(this)
    this.#engine.unload(this.#handle)
    this.#handle = 0
  }

  #live(): number {
    if (this.#handle === 0) throw new ProgramError('disposed', 'the program was disposed: load it again')
    return this.#handle
  }

  #find(handle: number, flag: string): Table | undefined {
    const host = this.#engine
    const at = room(host, flag.length)
    const index = host.find(handle, at, write(view(host).bytes, flag, at))
    if (index < 0) return undefined
    const table = (this.#tables[index] ??= readTable(host, handle, index))
    this.#byKey.set(flag, table)
    return table
  }

  /** Reads one record of answers: u16 variant, u8 reason, u8 exposed, u16 rule, u16 bucket. */
  #answer(table: Table, at: number, context: Context): Decision {
    const { bytes, halves } = view(this.#engine)
    const half = at >>> 1
    const index = halves[half]!
    const variant = table.names[index] ?? null
    const rule = halves[half + 2]!
    const bucket = halves[half + 3]!
    return {
      flag: table.key,
      variant,
      value: table.values[index],
      reason: REASONS[bytes[at + 2]!] ?? 'unusable',
      rule: rule === NONE ? null : rule,
      bucket: bucket === NONE ? null : bucket,
      exposure: bytes[at + 3] === 1 && variant !== null ? exposure(table, variant, context) : null,
    }
  }
}

function exposure({ key, run, unit }: Table, variant: string, context: Context): Exposure | null {
  const id = unit === undefined ? undefined : unitText(context[unit])
  return unit === undefined || id === undefined ? null : { experiment: key, run, unitType: unit, unit: id, variant }
}
