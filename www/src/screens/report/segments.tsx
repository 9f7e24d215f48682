import * as format from '../../format'
import { isDistrusted, liftInterval, readingWords } from '../../parts/interval'
import { Table, type Column } from '../../parts/table'
import type { Comparison, Report, Segment } from '../../wire'

interface Row {
  readonly value: string
  readonly units: number
  readonly comparison: Comparison
}

/** For whom the result holds. Planned segments answer; those found afterwards only ask. */
export function Segments({ report }: { report: Report }) {
  return report.segments.map((segment) => <One key={segment.dimension} segment={segment} report={report} />)
}

function One({ segment, report }: { segment: Segment; report: Report }) {
  const primary = report.metrics[0]
  if (!primary) return null
  const id = `segment-${segment.dimension}`
  const rows = segment.values.flatMap(({ value, units, comparisons }) => comparisons.map((comparison) => ({ value, units, comparison })))
  const columns: readonly Column<Row>[] = [
    { head: segment.dimension, cell: (row) => row.value },
    { head: 'Arm', cell: (row) => <code>{row.comparison.variant}</code> },
    { head: 'Visitors', numeric: true, cell: (row) => format.count(row.units) },
    { head: 'Lift', numeric: true, cell: (row) => format.lift(row.comparison.lift) },
    {
      head: 'Always-valid interval',
      numeric: true,
      cell: (row) => {
        const interval = liftInterval(row.comparison)
        return interval === null ? 'no interval yet' : format.range(format.lift(interval.low), format.lift(interval.high))
      },
    },
    { head: 'p', note: 'corrected', numeric: true, cell: (row) => format.pValue(row.comparison.anytime?.adjustedPValue ?? null) },
    { head: 'Reading', cell: (row) => (segment.planned ? readingWords(liftInterval(row.comparison), primary.direction, isDistrusted(report)) : 'exploratory') },
  ]
  return (
    <section className="card card-table" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>
          By {segment.dimension} <span className="tag">{segment.planned ? 'planned' : 'exploratory'}</span>
        </h2>
        <p>{segment.words}</p>
      </div>
      <Table caption={`${primary.name} by ${segment.dimension}`} hideCaption className="compact" columns={columns} rows={rows} rowKey={(row) => `${row.value} ${row.comparison.variant}`} />
    </section>
  )
}
