import * as format from '../../format'
import { isDistrusted, liftInterval, readingWords } from '../../parts/interval'
import { IntervalChart } from '../../parts/interval-chart'
import { Table, type Column } from '../../parts/table'
import type { Comparison, MetricReport, Report } from '../../wire'

interface Row {
  readonly metric: MetricReport
  readonly comparison: Comparison
}

/** Secondary metrics explain and guardrails protect; neither decides, so both stay below what does. */
export function Others({ report }: { report: Report }) {
  const groups = [
    { role: 'secondary', title: 'Secondary metrics', words: 'They help to understand the result; they do not decide it.' },
    { role: 'guardrail', title: 'Guardrails', words: 'They must not get worse.' },
  ] as const
  return groups.map(({ role, title, words }) => {
    const rows = report.metrics.filter((metric) => metric.role === role).flatMap((metric) => metric.comparisons.map((comparison) => ({ metric, comparison })))
    return rows.length === 0 ? null : <Group key={role} id={role} title={title} words={words} rows={rows} report={report} />
  })
}

function Group({ id, title, words, rows, report }: { id: string; title: string; words: string; rows: readonly Row[]; report: Report }) {
  const manyArms = report.units.arms.length > 2
  const columns: readonly Column<Row>[] = [
    { head: 'Metric', cell: ({ metric }) => metric.name },
    { head: 'Arm', cell: ({ comparison }) => <code>{comparison.variant}</code> },
    { head: 'Control', numeric: true, cell: ({ metric }) => armMean(metric, report.control) },
    { head: 'This arm', numeric: true, cell: ({ metric, comparison }) => armMean(metric, comparison.variant) },
    { head: 'Lift', numeric: true, cell: ({ comparison }) => format.lift(comparison.lift) },
    {
      head: 'Always-valid interval',
      numeric: true,
      cell: ({ metric, comparison }) => {
        const interval = liftInterval(comparison)
        if (interval) return format.range(format.lift(interval.low), format.lift(interval.high))
        const isRate = metric.kind === 'conversion'
        return comparison.anytime ? format.range(format.difference(comparison.anytime.low, isRate), format.difference(comparison.anytime.high, isRate)) : 'no interval yet'
      },
    },
    { head: 'Reading', cell: ({ metric, comparison }) => readingWords(liftInterval(comparison), metric.direction, isDistrusted(report)) },
  ]
  return (
    <section className="card card-table" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        <p>{words}</p>
      </div>
      <IntervalChart
        distrusted={isDistrusted(report)}
        rows={rows.map(({ metric, comparison }) => ({
          id: `${metric.key} ${comparison.variant}`,
          label: (
            <>
              <span className="metric-name">{metric.name}</span>
              <small>
                {manyArms && (
                  <>
                    <code>{comparison.variant}</code>,{' '}
                  </>
                )}
                {metric.direction === 'increase' ? 'more is better' : 'less is better'}
              </small>
            </>
          ),
          interval: liftInterval(comparison),
          direction: metric.direction,
        }))}
      />
      <details>
        <summary>{title} as a table</summary>
        <Table caption={title} hideCaption className="compact" columns={columns} rows={rows} rowKey={({ metric, comparison }) => `${metric.key} ${comparison.variant}`} />
      </details>
    </section>
  )
}

function armMean(metric: MetricReport, variant: string): string {
  return format.mean(metric.arms.find((arm) => arm.variant === variant)?.mean ?? null, metric.kind === 'conversion', metric.unit)
}
