import * as format from '../../format'
import { CourseChart, courseDomain, type CourseDay } from '../../parts/course-chart'
import { decided } from '../../parts/decided'
import { intervalOf, isDistrusted, liftInterval } from '../../parts/interval'
import { IntervalChart } from '../../parts/interval-chart'
import { Table } from '../../parts/table'
import type { Plan, Report } from '../../wire'
import { isShare } from '../../words'

/** The lift on the primary metric, with its interval: as it is, and how it came to be. */
export function Lift({ report }: { report: Report }) {
  const primary = report.metrics[0]
  if (!primary) return null
  const level = primary.comparisons.find((comparison) => comparison.anytime)?.anytime?.level ?? 0.95
  const arms = primary.comparisons.map(({ variant }) => ({ variant, days: daysOf(report, variant) }))
  const domain = courseDomain(arms.map((arm) => arm.days))
  return (
    <section className="card" aria-labelledby="lift">
      <div className="section-head">
        <h2 id="lift">Lift on {primary.name}</h2>
        <p>
          against <code>{report.control}</code>, {format.level(level)} always-valid interval. {isDistrusted(report) ? 'Not to be used until the split is repaired.' : 'It holds however often you look.'}
        </p>
      </div>
      <IntervalChart
        distrusted={isDistrusted(report)}
        planned={plannedLift(report.plan, primary.direction)}
        rows={primary.comparisons.map((comparison) => ({
          id: comparison.variant,
          label: <code>{comparison.variant}</code>,
          interval: liftInterval(comparison),
          direction: primary.direction,
        }))}
      />
      <Basis report={report} />
      <h3 className="sub-head">Day by day</h3>
      <div className="courses">
        {arms.map((arm) => (
          <CourseChart key={arm.variant} arm={arm.variant} days={arm.days} direction={primary.direction} domain={domain} />
        ))}
      </div>
      <details>
        <summary>The days as a table</summary>
        <Table
          caption={`Lift on ${primary.name} up to each day, with its always-valid interval`}
          hideCaption
          className="compact"
          rows={report.series}
          rowKey={(row) => row.day}
          columns={[
            { head: 'Day', cell: (row) => format.shortDay(row.day) },
            ...arms.map(({ variant }) => ({
              head: variant,
              numeric: true,
              cell: (row: Report['series'][number]) => {
                const found = row.comparisons.find((comparison) => comparison.variant === variant)
                const interval = found ? intervalOf(found.lift, found.low, found.high) : null
                return interval ? `${format.lift(interval.lift)} (${format.range(format.lift(interval.low), format.lift(interval.high))})` : 'no interval yet'
              },
            })),
          ]}
        />
      </details>
    </section>
  )
}

/** Why an arm is better although its interval above has zero in it: intervals that hold at any moment are wider than those of planned looks. */
function Basis({ report }: { report: Report }) {
  const basis = decided(report)
  const kind = report.metrics[0]?.kind
  if (basis === null || basis.by === 'interval' || kind === undefined) return null
  const { low, high } = basis.by === 'look' ? basis.arm : basis.fixed
  return (
    <p className="foot-note">
      <code>{report.verdict.arm}</code> is decided by {basis.by === 'look' ? `planned look ${basis.look} of ${basis.of}, on ${format.shortDay(basis.day)}` : 'the planned test'}: a difference of{' '}
      {format.range(format.difference(low, isShare(kind)), format.difference(high, isShare(kind)))}. The intervals above hold at any moment and are wider, so they may still include zero.
    </p>
  )
}

function daysOf({ series }: Report, variant: string): CourseDay[] {
  return series.map(({ day, comparisons }) => {
    const found = comparisons.find((comparison) => comparison.variant === variant)
    return { day, interval: found ? intervalOf(found.lift, found.low, found.high) : null }
  })
}

/** The plan's smallest lift as a signed fraction of the baseline, the unit of the chart. */
function plannedLift(plan: Plan | null, direction: 'increase' | 'decrease'): number | null {
  if (plan === null) return null
  const size = plan.mdeKind === 'relative' ? plan.mde : plan.baseline === 0 ? null : plan.mde / plan.baseline
  return size === null ? null : direction === 'decrease' ? -size : size
}
