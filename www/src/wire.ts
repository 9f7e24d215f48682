// What the worker sends. Shares, rates and lifts are fractions (0.032), times are milliseconds since the epoch, UTC.
import { type Infer, dictionary, list, number, oneOf, orMissing, orNull, record, text, truth } from './shape'

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
  anytime: orNull(
    record({
      level: number,
      low: number,
      high: number,
      liftLow: maybeNumber,
      liftHigh: maybeNumber,
      pValue: number,
      logPValue: number,
      /** Corrected for what it is read along with. */
      adjustedPValue: maybeNumber,
      nStar: number,
    }),
  ),
  /** The textbook test, valid only once `validAt` units are in. */
  fixed: orNull(
    record({ test: text, statistic: number, pValue: number, logPValue: number, adjustedPValue: maybeNumber, low: number, high: number, liftLow: maybeNumber, liftHigh: maybeNumber, validAt: maybeNumber, valid: truth }),
  ),
  /** Large enough to matter? Not the same as being there. */
  practical: orNull(record({ threshold: number, reading: oneOf('worthwhile', 'unclear', 'negligible', 'harmful', 'open'), words: text })),
  guardrail: orNull(
    record({
      margin: maybeNumber,
      marginKind: oneOf('relative', 'absolute'),
      verdict: oneOf('safe', 'inferior', 'inconclusive'),
      judgedBy: oneOf('anytime', 'fixed'),
      statistic: maybeNumber,
      pValue: maybeNumber,
      bound: maybeNumber,
      words: text,
    }),
  ),
})

const metricReport = record({
  key: text,
  name: text,
  role: oneOf('primary', 'secondary', 'counter', 'guardrail'),
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

const look = record({
  plannedAt: number,
  units: number,
  day: orNull(text),
  share: maybeNumber,
  boundary: maybeNumber,
  alphaSpent: maybeNumber,
  arms: list(record({ variant: text, z: number, crossed: truth, low: number, high: number })),
})

const segment = record({
  dimension: text,
  /** Written down before looking. What is not is exploration. */
  planned: truth,
  values: list(record({ value: text, units: number, comparisons: list(comparison) })),
  heterogeneity: list(record({ variant: text, chi2: number, df: number, pValue: number })),
  reversals: list(record({ variant: text, aggregate: number, standardized: number })),
  words: text,
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
  srm: record({ defined: truth, chi2: maybeNumber, df: maybeNumber, pValue: maybeNumber, sequential: orNull(record({ looks: number, logBayesFactor: number, pValue: number })), threshold: number, alarm: truth }),
  plan: orNull(
    record({
      metric: text,
      baseline: number,
      mde: number,
      mdeKind: oneOf('relative', 'absolute'),
      alpha: number,
      /** What the planned test may use of it. */
      testAlpha: number,
      power: number,
      requiredPerArm: maybeNumber,
      requiredTotal: maybeNumber,
      reached: truth,
      arrivalsPerDay: number,
      daysRemaining: maybeNumber,
      minDays: number,
      minDaysReached: truth,
      minUnits: maybeNumber,
      minUnitsReached: truth,
      practical: maybeNumber,
      treatments: oneOf('bonferroni', 'dunnett'),
      correction: oneOf('none', 'bonferroni', 'holm', 'hochberg', 'hommel', 'bh', 'by', 'sidak'),
      looks: orNull(record({ spending: oneOf('obrienFleming', 'pocock', 'power', 'hwangShihDeCani'), inflation: maybeNumber, looks: list(look) })),
    }),
  ),
  /** Primary first, then secondary, counters, guardrails. */
  metrics: list(metricReport),
  /** The primary metric, cumulative by day of first exposure. */
  series: list(record({ day: text, comparisons: list(record({ variant: text, lift: maybeNumber, low: maybeNumber, high: maybeNumber })) })),
  segments: list(segment),
  checks: list(record({ name: text, state: oneOf('passed', 'open', 'failed'), words: text })),
  /** How far exposures are believed; the last four verdicts are not in the analysis. */
  verdicts: orMissing(
    list(
      record({
        variant: text,
        verdict: oneOf('attested', 'consistent', 'imported', 'unknown_program', 'unknown_run', 'mismatched', 'override', 'bot'),
        exposures: number,
      }),
    ),
  ),
  /** What senders lost before they could send it, by reason. */
  dropped: orMissing(dictionary(number)),
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
export type Look = Infer<typeof look>
export type Segment = Infer<typeof segment>
export type Comparison = Infer<typeof comparison>
export type ArmResult = Infer<typeof armResult>
export type ExperimentList = Infer<typeof experimentList>
export type ListedExperiment = ExperimentList['experiments'][number]
