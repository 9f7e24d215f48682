// What the charts and the screens share: a lift with its interval, and what may be read off it at a glance.
import type { Comparison, MetricReport, Report } from '../wire'

export interface Interval {
  readonly lift: number
  readonly low: number
  readonly high: number
}

export function intervalOf(lift: number | null, low: number | null, high: number | null): Interval | null {
  return lift === null || low === null || high === null ? null : { lift, low, high }
}

export function liftInterval(comparison: Comparison | undefined): Interval | null {
  return comparison?.anytime ? intervalOf(comparison.lift, comparison.anytime.liftLow, comparison.anytime.liftHigh) : null
}

export type Reading = 'good' | 'bad' | 'open'

/** Whether the whole interval lies on one side of zero, and whether that side is the wanted one. */
export function readingOf(interval: Interval | null, direction: MetricReport['direction']): Reading {
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return 'open'
  return interval.low > 0 === (direction === 'increase') ? 'good' : 'bad'
}

const READING_WORDS: Readonly<Record<Reading, string>> = {
  good: 'excludes zero, in the wanted direction',
  bad: 'excludes zero, in the unwanted direction',
  open: 'includes zero',
}

/** Nothing is read off the interval of a broken split. */
export function readingWords(interval: Interval | null, direction: MetricReport['direction'], distrusted: boolean): string {
  return distrusted ? 'not to be used' : READING_WORDS[readingOf(interval, direction)]
}

export function isDistrusted({ srm, verdict }: Report): boolean {
  return srm.alarm || verdict.state === 'invalid'
}

/** Room for every interval and for zero. A lift below −100 % does not exist, so nothing is drawn there. */
export function domainOf(intervals: readonly (Interval | null)[], marks: readonly number[] = []): [number, number] {
  const ends = intervals.flatMap((interval) => (interval ? [interval.low, interval.high] : []))
  const low = Math.max(-1, Math.min(0, ...ends, ...marks))
  const high = Math.max(0, ...ends, ...marks)
  const margin = (high - low || 0.2) * 0.06
  return [low - margin, high + margin]
}
