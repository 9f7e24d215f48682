import type { REASONS } from './reasons.ts'
import type { FlagKey, FlagValue, Registered } from './register.ts'

/** A value a flag can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A value of an attribute. A `Date` is its milliseconds since 1970; of a list the texts, numbers and booleans count. */
export type Attribute =
  | string
  | number
  | boolean
  | null
  | undefined
  | Date
  | readonly unknown[]
  | Nested

/** An object of any type, interfaces included; no function. */
export type Nested = object & { readonly [Symbol.hasInstance]?: never }

/**
 * What is known about the one who is deciding: attribute name → value. Only the attributes a flag reads cross into the
 * engine. A flag that reads `account.plan` gets the attribute of that name, else the one nested in `account`. Objects count
 * by their own properties, inherited ones do not; lists are not reached into. `null`, `undefined` and whatever else a flag
 * cannot read count as missing.
 */
export type Context = Readonly<Record<string, Attribute>>

/**
 * A context of any type, interfaces included: what cannot be an attribute is refused by its name. Where the type of the value
 * is said (`decide<'a' | 'b'>(…)`), TypeScript infers no other, and only the whole is looked at.
 */
export type ContextOf<Given extends Nested> = Given & {
  readonly [Name in keyof Given]: Given[Name] extends Attribute ? unknown : Attribute
}

/** When a decision is made. */
export interface TimeOptions {
  /**
   * The time schedules and ramps are decided by; by default the clock's, which is asked only for flags that read it. By what is
   * no time (an invalid `Date`) those flags are `unusable`.
   */
  readonly now?: Date | number
}

/** What a decision depends on beside program and context. */
export interface DecideOptions extends TimeOptions {
  /** Flag → name of a variant: what a preview or a test wants to see, whatever the rules say. Causes no exposure. */
  readonly overrides?: Readonly<Record<string, string>>
  /**
   * Flag → what this unit had before: a split that still has the variant as an arm keeps it. Of an experiment only what was exposed
   * counts, in the run it was exposed in, so keep `decision.exposure` and hand it in as it is. A variant somebody was served outside
   * the experiment enters nobody into it.
   */
  readonly sticky?: Readonly<Record<string, Kept>>
}

/** What a unit had: an {@link Exposure}, or of a flag that is no experiment the variant alone. */
export interface Kept {
  readonly variant: string
  /** The run of an experiment; under another one the unit is decided anew. */
  readonly run?: string
}

export interface SnapshotOptions extends DecideOptions {
  /** Keeps only these, so that a page's header stays small. */
  readonly flags?: readonly FlagKey[] | undefined
  /** Who this is beyond what the exposures tell. */
  readonly units?: Readonly<Record<string, string>>
}

/** Why a decision came out as it did. A reason is never an error. */
export type Reason = (typeof REASONS)[number]

/** "This unit saw this variant of this run of this experiment." Send it when the variant is really shown. */
export interface Exposure {
  readonly experiment: string
  /** One uninterrupted life of the experiment: 8 hex digits. */
  readonly run: string
  /** The attribute that is randomised, e.g. `visitorId`. */
  readonly unitType: string
  readonly unit: string
  readonly variant: string
  /** Digest of the program that decided, 64 hex digits: by it the worker checks that this unit does get this variant. */
  readonly program: string
  /** The server's signature, where a server with a server key decided: the worker can tell this exposure from a made-up one. */
  readonly attestation?: string
}

/** The answer for one flag and one context. */
export interface Decision<T = Json> {
  readonly flag: string
  readonly variant: string | null
  /** Deep-frozen and shared between decisions; `undefined` when there is no variant. */
  readonly value: T | undefined
  readonly reason: Reason
  /** Index of the rule that decided. */
  readonly rule: number | null
  /** 0–9999, when a split decided. */
  readonly bucket: number | null
  /** What showing this variant causes; `null` unless an experiment decided. Deciding sends nothing. */
  readonly exposure: Exposure | null
}

/** A decision as it travels to the browser. */
export interface SnapshotDecision {
  readonly variant: string | null
  readonly value: Json | undefined
  readonly reason: Reason
  readonly exposure: Exposure | null
}

/**
 * The decisions for one context. Server and browser read the same one, so they cannot disagree; the digests are there
 * to notice when something on the way has changed it.
 */
export interface Snapshot {
  readonly v: 1
  /** Digest of the program that decided, 64 hex digits; empty when there was none. */
  readonly program: string
  /** Digest of the decisions, 16 hex digits. */
  readonly digest: string
  /** Who was decided for, e.g. `{ visitorId: 'v-1' }`: what the tracker needs. */
  readonly units: Readonly<Record<string, string>>
  readonly decisions: Readonly<Record<string, SnapshotDecision>>
  /** Why there are no decisions, when there are none to be had. */
  readonly problem?: string
}

/** What a compiled datafile decides, seen as values. */
export interface Values {
  /**
   * The value alone, the fastest way there is; `undefined` for an unknown flag. It says nothing of an exposure: for an
   * experiment whose variant is shown, `decide`.
   */
  readonly value: Registered<
    <Key extends FlagKey, Given extends Nested>(flag: Key, context: ContextOf<Given>, options?: TimeOptions) => FlagValue<Key> | undefined,
    <T = Json, Given extends Nested = Nested>(flag: string, context: ContextOf<Given>, options?: TimeOptions) => T | undefined
  >
  /** The values of all flags. */
  values<Given extends Nested>(context: ContextOf<Given>, options?: TimeOptions): Record<string, Json | undefined>
  /** Gives the memory back now. Forgotten programs give it back when they are collected. */
  dispose(): void
}

/** A compiled datafile, loaded and ready to decide. Immutable: a new version is a new program. */
export interface Program extends Values {
  /** SHA-256 made at compile time, 64 hex digits. */
  readonly digest: string
  /** The flags of this program. */
  keys(): string[]
  readonly value: Registered<
    <Key extends FlagKey, Given extends Nested>(flag: Key, context: ContextOf<Given>, options?: DecideOptions) => FlagValue<Key> | undefined,
    <T = Json, Given extends Nested = Nested>(flag: string, context: ContextOf<Given>, options?: DecideOptions) => T | undefined
  >
  /** The values of all flags. Overrides and stickies count for the flags named, not for those asking them. */
  values<Given extends Nested>(context: ContextOf<Given>, options?: DecideOptions): Record<string, Json | undefined>
  /** Decides one flag. Never throws for a flag or a context: an unknown flag has the reason `unknown_flag`. */
  readonly decide: Registered<
    <Key extends FlagKey, Given extends Nested>(flag: Key, context: ContextOf<Given>, options?: DecideOptions) => Decision<FlagValue<Key>>,
    <T = Json, Given extends Nested = Nested>(flag: string, context: ContextOf<Given>, options?: DecideOptions) => Decision<T>
  >
  /** Decides every flag in one crossing. Overrides and stickies count for the flags named, not for those asking them. */
  decideAll<Given extends Nested>(context: ContextOf<Given>, options?: DecideOptions): Record<string, Decision>
  /** The decisions to hand to the browser. */
  snapshot<Given extends Nested>(context: ContextOf<Given>, options?: SnapshotOptions): Snapshot
}

/**
 * What `init` takes where the engine has to be fetched; everywhere else it needs nothing: its address (text, `URL` or
 * `Request`), the `Response` that brings it, its bytes, or a compiled module, whose type has no members anywhere.
 */
export type InitInput = string | object

/**
 * As much of `fetch` as is used: the global one, your own, or one of a test. Written out, because these declarations hold
 * where neither the types of browsers nor those of Node are.
 */
export type Fetch = (url: string, init?: any) => Promise<Answer>

/** As much of a `Response` as is used. */
export interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  arrayBuffer(): Promise<ArrayBuffer>
  text(): Promise<string>
}
