// What control has today, as options of the commands that look ahead.

import { numberOf, percentOf } from './numbers.ts'
import type { PlanQuestion } from './stats.ts'

export const BASELINE = {
  rate: { value: 'percent', about: 'conversion of control today, in percent: 3.2 is 3.2 %' },
  mean: { value: 'number', about: 'or the mean of control today' },
  sd: { value: 'number', about: 'and the standard deviation of one unit' },
} as const

export interface BaselineValues {
  readonly rate: string | undefined
  readonly mean: string | undefined
  readonly sd: string | undefined
}

/** A rate, or a mean with its standard deviation; neither where the options say something else. */
export function baselineOf({ rate, mean, sd }: BaselineValues): PlanQuestion['baseline'] | undefined {
  if (rate !== undefined && mean === undefined && sd === undefined) return { kind: 'conversion', rate: percentOf('rate', rate, 0) }
  if (rate === undefined && mean !== undefined && sd !== undefined) return { kind: 'mean', mean: numberOf('mean', mean, 0), sd: numberOf('sd', sd, 0) }
  return undefined
}
