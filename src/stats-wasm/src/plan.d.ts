/** What one unit brings: a conversion, or a total with a standard deviation (for a ratio the root of its delta-method unit variance). */
export type Baseline = { kind: 'conversion'; rate: number } | { kind: 'mean'; mean: number; sd: number }
export interface Spending { spending: SpendingName; parameter?: number | null }
export interface PlanQuestion {
  baseline: Baseline
  /** The smallest effect worth finding, relative to the baseline; negative for a fall. */
  lift: number
  /** Of the whole experiment; several treatments share it. */
  alpha: number
  power: number
  sides: 1 | 2
  treatments: number
  /** Units of one treatment per control unit. */
  ratio: number
  /** Looks before the end, paid for in units; absent or null: one look. */
  looks?: ({ informationFractions: number[] } & Spending) | null
  dailyUnits: number
  /** Share of them that takes part. */
  gate: number
  wholeWeeks: boolean
}
export interface PlanAnswer {
  /** Of one comparison. */
  alpha: number
  /** For one look at the end. */
  fixed: { control: number; treatment: number; controlExact: number }
  /** Of control and of one treatment, looks paid for. */
  control: number
  treatment: number
  /** Of all arms. */
  units: number
  sequential: {
    z: number[]; drift: number; inflation: number; expectedOverFixedH1: number; expectedOverFixedH0: number
    stopProbabilityH1: number[]
  } | null
  days: number | null
  /** What each week could show, read once. */
  weeks: { days: number; units: number; power: number | null; lift: number | null }[]
}

/** Plans an experiment. Throws an `Error` that says why there is no such plan. */
export function plan(question: PlanQuestion): PlanAnswer
