/** One life of an experiment. */
export interface Run {
  run: string
  /** Milliseconds since 1970, as every time here. */
  openedAt: number
  control: string
  /** The attribute that is randomised. */
  unit: string
  /** Variants and their planned shares, 0 to 1. */
  arms: [variant: string, share: number][]
  gate: number
}
export interface UnitCell { variant: string; /** Days since 1970, UTC. */ day: number; units: number }
export interface Bin { bin: number; units: number; sum: number; sumSquares: number }
export interface MetricCell {
  variant: string
  day: number
  sum: number
  sumSquares: number
  /** A ratio's denominator, or the total before exposure. */
  second?: { sum: number; sumSquares: number; cross: number }
  /** For quantiles and caps read off the data; units of total 0 are not listed. */
  bins?: Bin[]
}
export interface Cells { units: UnitCell[]; metrics: Record<string, MetricCell[]> }
export interface Observed extends Cells {
  /** Attribute, then its value. */
  segments?: Record<string, Record<string, Cells>>
  mixedUnits?: number
  firstExposure?: number | null
  lastExposure?: number | null
  /** Nobody knows on which days units came: those of the cells are one day for all of them. */
  undated?: boolean
}
export interface Adjusted { theta: number; rawDifference: number; varianceReduction: number | null }
export interface Comparison {
  variant: string
  difference: number | null
  lift: number | null
  adjusted: Adjusted | null
  anytime: {
    level: number; low: number; high: number; liftLow: number | null; liftHigh: number | null
    pValue: number; logPValue: number; adjustedPValue: number | null; nStar: number
  } | null
  fixed: {
    test: string; statistic: number; pValue: number; logPValue: number; adjustedPValue: number | null
    low: number; high: number; liftLow: number | null; liftHigh: number | null; validAt: number | null; valid: boolean
  } | null
  practical: { threshold: number; reading: 'worthwhile' | 'unclear' | 'negligible' | 'harmful' | 'open'; words: string } | null
  guardrail: {
    margin: number | null; marginKind: 'relative' | 'absolute'; verdict: 'safe' | 'inferior' | 'inconclusive'
    judgedBy: 'anytime' | 'fixed'; statistic: number | null; pValue: number | null; bound: number | null; words: string
  } | null
}
export interface MetricReport {
  key: string
  name: string
  role: 'primary' | 'secondary' | 'counter' | 'guardrail'
  kind: 'conversion' | 'count' | 'sum' | 'ratio' | 'retention' | 'quantile'
  direction: 'increase' | 'decrease'
  unit: string | null
  method: { estimator: 'proportion' | 'mean' | 'ratio' | 'quantile'; cuped: boolean; cap: number | null; words: string }
  waiting: number
  arms: {
    variant: string; units: number; total: number; denominator: number | null; mean: number | null; variance: number | null
    low: number | null; high: number | null
  }[]
  comparisons: Comparison[]
}
export interface LookReport {
  plannedAt: number; units: number; day: string | null; share: number | null; boundary: number | null; alphaSpent: number | null
  arms: { variant: string; z: number; crossed: boolean; low: number; high: number }[]
}
export interface PlanReport {
  metric: string; baseline: number; mde: number; mdeKind: 'relative' | 'absolute'; alpha: number; testAlpha: number; power: number
  requiredPerArm: number | null; requiredTotal: number | null; reached: boolean; arrivalsPerDay: number; daysRemaining: number | null
  minDays: number; minDaysReached: boolean; minUnits: number | null; minUnitsReached: boolean; practical: number | null
  treatments: 'bonferroni' | 'dunnett'
  correction: 'none' | 'bonferroni' | 'holm' | 'hochberg' | 'hommel' | 'bh' | 'by' | 'sidak'
  looks: { spending: 'obrienFleming' | 'pocock' | 'power' | 'hwangShihDeCani'; inflation: number | null; looks: LookReport[] } | null
}
export interface SegmentReport {
  dimension: string
  planned: boolean
  values: { value: string; units: number; comparisons: Comparison[] }[]
  heterogeneity: { variant: string; chi2: number; df: number; pValue: number }[]
  reversals: { variant: string; aggregate: number; standardized: number }[]
  words: string
}
export interface Report {
  experiment: string
  name: string
  hypothesis: string | null
  run: string
  openedAt: number
  control: string
  unit: string
  generatedAt: number
  firstExposureAt: number | null
  lastExposureAt: number | null
  days: number
  units: { total: number; mixed: number; arms: { variant: string; units: number; expectedShare: number }[] }
  srm: {
    defined: boolean; chi2: number | null; df: number | null; pValue: number | null
    sequential: { looks: number; logBayesFactor: number; pValue: number } | null; threshold: number; alarm: boolean
  }
  plan: PlanReport | null
  metrics: MetricReport[]
  series: { day: string; comparisons: { variant: string; lift: number | null; low: number | null; high: number | null }[] }[]
  segments: SegmentReport[]
  checks: { name: string; state: 'passed' | 'open' | 'failed'; words: string }[]
  verdict: {
    state: 'no-data' | 'invalid' | 'collecting' | 'better' | 'worse' | 'no-difference-shown'
    arm: string | null; mayStop: boolean; headline: string; may: string; mayNot: string; problems: string[]
  }
}

/** Judges one run of one experiment as the worker does. `experiments` is the text of experiments.json. Throws an `Error` that says what is wrong. */
export function analyze(experiments: string, key: string, run: Run, observed: Observed, now: number): Report
