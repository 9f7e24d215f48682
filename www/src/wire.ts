// What the worker sends. Shares, rates and lifts are fractions (0.032), times are milliseconds since the epoch, UTC.
import { type Infer, list, number, oneOf, orNull, record, text, truth } from './shape'

const maybeNumber = orNull(number)

export const verdictState = oneOf('no-data', 'invalid', 'collecting', 'better', 'worse', 'no-difference-shown')

const armResult = record({
  variant: text,
  units: number,
  /** Conversions, events, or the sum of the property. */
  total: number,
  /** Of a ratio: what `total` is divided by. */
  denominator: maybeNumber,
  /** The conversion rate, the mean per unit, the ratio, or the quantile. */
  mean: maybeNumber,
  variance: maybeNumber,
  low: maybeNumber,
  high: maybeNumber,
})

/** Treatment minus control, and relative to control. */
const comparison = record({
  variant: text,
  difference: maybeNumber,
  lift: maybeNumber,
  /** What CUPED did: every figure beside it is adjusted. */
  adjusted: orNull(record({ theta: number, rawDifference: number, varianceReduction: maybeNumber })),
  /** The headline: an asymptotic confidence sequence, valid at every look. */
  anytime: orNull(record({ level: number, low: number, high: number, liftLow: maybeNumber, liftHigh: maybeNumber, pValue: number, logPValue: number, nStar: number })),
  /** The textbook test, valid only once `validAt` units are in. */
  fixed: orNull(
    record({ test: text, statistic: number, pValue: number, logPValue: number, low: number, high: number, liftLow: maybeNumber, liftHigh: maybeNumber, validAt: maybeNumber, valid: truth }),
  ),
})

const metricReport = record({
  key: text,
  name: text,
  role: oneOf('primary', 'secondary', 'guardrail'),
  kind: oneOf('conversion', 'count', 'sum', 'ratio', 'retention', 'quantile'),
  direction: oneOf('increase', 'decrease'),
  unit: orNull(text),
  /** How the arms are compared, and why so. */
  method: record({ estimator: oneOf('proportion', 'mean', 'ratio', 'quantile'), cuped: truth, cap: maybeNumber, words: text }),
  /** Not counted yet: their days have not passed. */
  waiting: number,
  arms: list(armResult),
  comparisons: list(comparison),
})

export const report = record({
  experiment: text,
  name: text,
  hypothesis: orNull(text),
  run: text,
  openedAt: number,
  control: text,
  unit: text,
  generatedAt: number,
  firstExposureAt: maybeNumber,
  lastExposureAt: maybeNumber,
  days: number,
  units: record({ total: number, mixed: number, arms: list(record({ variant: text, units: number, expectedShare: number })) }),
  srm: record({ defined: truth, chi2: maybeNumber, df: maybeNumber, pValue: maybeNumber, threshold: number, alarm: truth }),
  plan: orNull(
    record({
      metric: text,
      baseline: number,
      mde: number,
      mdeKind: oneOf('relative', 'absolute'),
      alpha: number,
      power: number,
      requiredPerArm: maybeNumber,
      requiredTotal: maybeNumber,
      reached: truth,
      arrivalsPerDay: number,
      daysRemaining: maybeNumber,
      minDays: number,
      minDaysReached: truth,
    }),
  ),
  /** Primary first, then secondary, then guardrails. */
  metrics: list(metricReport),
  /** The primary metric, cumulative by day of first exposure. */
  series: list(record({ day: text, comparisons: list(record({ variant: text, lift: maybeNumber, low: maybeNumber, high: maybeNumber })) })),
  verdict: record({
    state: verdictState,
    arm: orNull(text),
    mayStop: truth,
    headline: text,
    may: text,
    mayNot: text,
    problems: list(text),
  }),
})

export const experimentList = record({
  experiments: list(
    record({
      experiment: text,
      name: text,
      run: text,
      /** The one that runs first, then the newest. */
      runs: list(record({ run: text, openedAt: number, closedAt: maybeNumber })),
      control: text,
      arms: list(text),
      state: verdictState,
      headline: text,
      units: number,
      srmAlarm: truth,
      days: number,
      mayStop: truth,
    }),
  ),
  /** Described in experiments.json, but no published flag splits for them. */
  planned: list(text),
})

export type VerdictState = Infer<typeof verdictState>
export type Report = Infer<typeof report>
export type Plan = NonNullable<Report['plan']>
export type MetricReport = Infer<typeof metricReport>
export type Comparison = Infer<typeof comparison>
export type ArmResult = Infer<typeof armResult>
export type ExperimentList = Infer<typeof experimentList>
export type ListedExperiment = ExperimentList['experiments'][number]
