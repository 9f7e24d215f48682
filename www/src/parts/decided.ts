// What a verdict rests on. Usually the always-valid interval; where that is still open, the planned test, whose interval is the one to show.
import type { Comparison, Report } from '../wire'
import { liftInterval, readingOf } from './interval'

type Looks = NonNullable<NonNullable<Report['plan']>['looks']>
type LookAtArm = Looks['looks'][number]['arms'][number]

export type Decided =
  | { readonly by: 'interval' }
  | { readonly by: 'look'; readonly look: number; readonly of: number; readonly day: string; readonly arm: LookAtArm }
  | { readonly by: 'fixed'; readonly fixed: NonNullable<Comparison['fixed']> }

/** How the arm of the verdict was found better or worse; null while nothing is decided. */
export function decided({ verdict, metrics, plan }: Report): Decided | null {
  const primary = metrics[0]
  const comparison = primary?.comparisons.find(({ variant }) => variant === verdict.arm)
  if (primary === undefined || comparison === undefined || !(verdict.state === 'better' || verdict.state === 'worse')) return null
  if (readingOf(liftInterval(comparison), primary.direction) !== 'open') return { by: 'interval' }
  const above = (verdict.state === 'better') === (primary.direction === 'increase')
  const looks = plan?.looks?.looks ?? []
  for (const [at, { day, arms }] of looks.entries()) {
    const arm = arms.find((one) => one.variant === verdict.arm && one.crossed && one.z > 0 === above)
    if (arm !== undefined && day !== null) return { by: 'look', look: at + 1, of: looks.length, day, arm }
  }
  return comparison.fixed?.valid ? { by: 'fixed', fixed: comparison.fixed } : { by: 'interval' }
}
