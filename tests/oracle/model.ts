// The datafile as it is written, as far as it decides. The oracle reads this JSON itself: no compiler stands between.

/** An object of JSON. Its keys are anybody's, `__proto__` and `constructor` too: read it with `own`, never with a dot. */
export type Table<T> = Readonly<Record<string, T>>

export type Scalar = string | number | boolean

export interface Datafile {
  readonly environments?: readonly string[]
  readonly segments?: Table<{ readonly if: Condition }>
  readonly layers?: Table<Layer>
  readonly holdouts?: Table<Holdout>
  readonly flags: Table<Flag>
}

export interface Layer {
  readonly unit: string
  readonly salt?: string
}

export interface Holdout {
  readonly unit?: string
  readonly salt?: string
  readonly percent?: number
  readonly layer?: string
  readonly slots?: readonly Slot[]
}

/** From (inclusive) to (exclusive), in percent. */
export type Slot = readonly [number, number]

/** What an environment may replace. */
export interface Switches {
  readonly enabled?: boolean
  readonly off?: string
  readonly default?: string
  readonly prerequisites?: readonly Asked[]
  readonly rules?: readonly Rule[]
}

export interface Flag extends Switches {
  readonly variants: Table<unknown>
  readonly off: string
  readonly environments?: Table<Switches>
}

/** Another flag, and the variants of it that will do. */
export interface Asked {
  readonly flag: string
  readonly variant: string | readonly string[]
}

export interface Rule {
  readonly schedule?: { readonly from?: string; readonly until?: string }
  readonly if?: Condition
  readonly variant?: string
  readonly split?: Split
}

export interface Condition {
  readonly all?: readonly Condition[]
  readonly any?: readonly Condition[]
  readonly not?: Condition
  readonly segment?: string
  readonly flag?: string
  readonly variant?: string | readonly string[]
  readonly attribute?: string
  readonly ignoreCase?: boolean
  readonly exists?: boolean
  readonly equals?: Scalar
  readonly in?: readonly Scalar[]
  readonly greaterThan?: number
  readonly atLeast?: number
  readonly lessThan?: number
  readonly atMost?: number
  readonly startsWith?: string | readonly string[]
  readonly endsWith?: string | readonly string[]
  readonly includes?: string | readonly string[]
  readonly matches?: string
  readonly version?: Bounds<'equals' | 'greaterThan' | 'atLeast' | 'lessThan' | 'atMost'>
  readonly date?: Bounds<'before' | 'notAfter' | 'after' | 'notBefore'>
  readonly inNetwork?: string | readonly string[]
  readonly contains?: Scalar
  readonly containsAny?: readonly Scalar[]
  readonly containsAll?: readonly Scalar[]
}

type Bounds<Names extends string> = { readonly [Name in Names]?: string }

export interface Split {
  readonly unit: string | readonly string[]
  readonly salt?: string
  readonly gate?: number | readonly { readonly percent: number; readonly from?: string }[]
  readonly gateSalt?: string
  readonly layer?: { readonly name: string; readonly slots: readonly Slot[] }
  readonly holdout?: string
  readonly force?: Table<readonly string[]>
  readonly control?: string
  readonly arms: readonly { readonly variant: string; readonly weight?: number }[]
}

/** A member of a table by own properties only. */
export function own<T>(table: Table<T> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}

/** One or several, as a list. */
export function several<T>(given: T | readonly T[]): readonly T[] {
  return Array.isArray(given) ? (given as readonly T[]) : [given as T]
}
