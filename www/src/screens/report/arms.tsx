import type { ReactNode } from 'react'
import * as format from '../../format'
import { liftInterval } from '../../parts/interval'
import { Table, type Column } from '../../parts/table'
import { isShare } from '../../words'
import type { ArmResult, Comparison, MetricReport, Report } from '../../wire'
import { PEquals } from './verdict'

interface Row {
  readonly arm: ArmResult
  readonly expectedShare: number | null
  /** Null for the control. */
  readonly comparison: Comparison | null
}

/** The arms on the primary metric: the text behind the chart. */
export function Arms({ report }: { report: Report }) {
  const primary = report.metrics[0]
  if (!primary) return null
  const isRate = isShare(primary.kind)
  const rows: Row[] = primary.arms.map((arm) => ({
    arm,
    expectedShare: report.units.arms.find((one) => one.variant === arm.variant)?.expectedShare ?? null,
    comparison: primary.comparisons.find((one) => one.variant === arm.variant) ?? null,
  }))
  const columns: readonly Column<Row>[] = [
    {
      head: 'Arm',
      cell: ({ arm }) => (
        <>
          <code>{arm.variant}</code>
          {arm.variant === report.control && <span className="tag">control</span>}
        </>
      ),
    },
    {
      head: 'Visitors',
      note: 'share (planned)',
      numeric: true,
      cell: ({ arm, expectedShare }) => (
        <Two first={format.count(arm.units)} second={`${format.share(report.units.total === 0 ? null : arm.units / report.units.total)} (${format.share(expectedShare)})`} />
      ),
    },
    {
      head: primary.kind === 'retention' ? 'Came back' : isRate ? 'Conversions' : primary.kind === 'count' ? 'Events' : 'Sum',
      numeric: true,
      cell: ({ arm }) => (arm.denominator === null ? format.total(arm.total, isRate ? null : primary.unit) : <Two first={format.total(arm.total, primary.unit)} second={`over ${format.total(arm.denominator, null)}`} />),
    },
    {
      head: isRate ? 'Rate' : primary.kind === 'ratio' ? 'Ratio' : primary.kind === 'quantile' ? 'Quantile' : 'Per visitor',
      note: '95% interval',
      numeric: true,
      cell: ({ arm }) => (
        <Two
          first={format.mean(arm.mean, isRate, primary.unit)}
          second={arm.low === null || arm.high === null ? '' : format.range(format.mean(arm.low, isRate, null), format.mean(arm.high, isRate, null))}
        />
      ),
    },
    {
      head: 'Lift',
      note: 'difference',
      numeric: true,
      cell: ({ comparison }) =>
        comparison === null ? (
          <span className="faint">–</span>
        ) : (
          <Two first={format.lift(comparison.lift)} second={format.difference(comparison.difference, isRate)} />
        ),
    },
    {
      head: 'Always-valid interval',
      note: 'of the lift, with its p',
      numeric: true,
      cell: ({ comparison }) => <Anytime comparison={comparison} isRate={isRate} />,
    },
  ]
  return (
    <section className="card card-table" aria-labelledby="arms">
      <div className="section-head">
        <h2 id="arms">Arms</h2>
        <p>{primary.name}, of everybody who was shown an arm.</p>
      </div>
      <Table caption={`Arms on ${primary.name}`} hideCaption columns={columns} rows={rows} rowKey={({ arm }) => arm.variant} />
      <ArmNotes primary={primary} />
      {report.units.mixed > 0 && (
        <p className="foot-note">
          {format.plural(report.units.mixed, 'visitor')} saw more than one variant and {report.units.mixed === 1 ? 'is' : 'are'} kept out of every number.
        </p>
      )}
    </section>
  )
}

/** How the arms are compared, what was taken out, who waits, and whether the effect matters. */
function ArmNotes({ primary }: { primary: MetricReport }) {
  return (
    <>
      <p className="foot-note">{primary.method.words}</p>
      {primary.comparisons.map(({ variant, adjusted }) =>
        adjusted === null ? null : (
          <p key={variant} className="foot-note">
            <code>{variant}</code>: CUPED takes out {format.share(adjusted.varianceReduction)} of the variance; unadjusted the difference is {format.difference(adjusted.rawDifference, isShare(primary.kind))}.
          </p>
        ),
      )}
      {primary.comparisons.map(({ variant, practical }) =>
        practical === null ? null : (
          <p key={variant} className="foot-note">
            <code>{variant}</code>, large enough to matter? {practical.words}
          </p>
        ),
      )}
      {primary.waiting > 0 && <p className="foot-note">{format.plural(primary.waiting, 'visitor')} not counted yet: their days have not passed.</p>}
    </>
  )
}

function Anytime({ comparison, isRate }: { comparison: Comparison | null; isRate: boolean }) {
  if (comparison === null) return <span className="faint">–</span>
  if (comparison.anytime === null) return <span className="faint">no interval yet</span>
  const { anytime } = comparison
  const interval = liftInterval(comparison)
  const words = interval
    ? format.range(format.lift(interval.low), format.lift(interval.high))
    : format.range(format.difference(anytime.low, isRate), format.difference(anytime.high, isRate))
  const corrected = anytime.adjustedPValue !== null && anytime.adjustedPValue !== anytime.pValue
  return (
    <Two
      first={words}
      second={
        <>
          <PEquals value={anytime.pValue} />
          {corrected && <>, corrected {format.pValue(anytime.adjustedPValue)}</>}
        </>
      }
    />
  )
}

export function Two({ first, second }: { first: ReactNode; second: ReactNode }) {
  return (
    <>
      <span className="nowrap">{first}</span>
      {second === '' ? null : <span className="second">{second}</span>}
    </>
  )
}
