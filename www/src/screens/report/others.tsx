import * as format from '../../format'
import { isDistrusted, liftInterval, readingWords } from '../../parts/interval'
import { IntervalChart } from '../../parts/interval-chart'
import { Table, type Column } from '../../parts/table'
import { isShare } from '../../words'
import type { Comparison, MetricReport, Report } from '../../wire'

interface Row {
  readonly metric: MetricReport
  readonly comparison: Comparison
}

/** Secondary metrics explain and guardrails protect; neither decides, so both stay below what does. */
export function Others({ report }: { report: Report }) {
  const groups = [
    { role: 'secondary', title: 'Secondary metrics', words: 'They help to understand the result; they do not decide it.' },
    { role: 'counter', title: 'Counter metrics', words: 'What a win may be paid with.' },
    { role: 'guardrail', title: 'Guardrails', words: 'They must not get worse.' },
  ] as const
  return groups.map(({ role, title, words }) => {
    const rows = report.metrics.filter((metric) => metric.role === role).flatMap((metric) => metric.comparisons.map((comparison) => ({ metric, comparison })))
    return rows.length === 0 ? null : <Group key={role} id={role} title={title} words={words} rows={rows} report={report} />
  })
}

function Group({ id, title, words, rows, report }: { id: string; title: string; words: string; rows: readonly Row[]; report: Report }) {
  const manyArms = report.units.arms.length > 2
  const guarded = id === 'guardrail'
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
        const isRate = isShare(metric.kind)
        return comparison.anytime ? format.range(format.difference(comparison.anytime.low, isRate), format.difference(comparison.anytime.high, isRate)) : 'no interval yet'
      },
    },
    ...(guarded
      ? []
      : [
          { head: 'Always-valid p', note: 'corrected', numeric: true, cell: ({ comparison }: Row) => <Corrected p={comparison.anytime} /> },
          { head: 'Fixed p', note: `corrected, ${validity(report)}`, numeric: true, cell: ({ comparison }: Row) => <Corrected p={comparison.fixed} /> },
        ]),
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
              {comparison.guardrail !== null && (
                <small className="guarded" data-verdict={comparison.guardrail.verdict}>
                  {comparison.guardrail.words}
                </small>
              )}
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
      <details>
        <summary>How they are compared</summary>
        <dl className="methods">
          {[...new Map(rows.map(({ metric }) => [metric.key, metric])).values()].map((metric) => (
            <div key={metric.key}>
              <dt>{metric.name}</dt>
              <dd>
                {metric.method.words}
                {metric.waiting > 0 && ` ${format.plural(metric.waiting, 'visitor')} not counted yet.`}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}

function Corrected({ p }: { p: { readonly pValue: number; readonly adjustedPValue: number | null } | null }) {
  return p === null ? '–' : `${format.pValue(p.pValue)} (${format.pValue(p.adjustedPValue)})`
}

function validity({ plan }: Report): string {
  return plan?.requiredTotal == null ? 'never valid without a plan' : `valid at ${format.count(plan.requiredTotal)}`
}

function armMean(metric: MetricReport, variant: string): string {
  return format.mean(metric.arms.find((arm) => arm.variant === variant)?.mean ?? null, isShare(metric.kind), metric.unit)
}
