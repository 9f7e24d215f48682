import * as format from '../../format'
import { Icon } from '../../parts/icon'
import { Table, type Column } from '../../parts/table'
import { isShare } from '../../words'
import type { Comparison, Report } from '../../wire'
import { PEquals } from './verdict'

/** The textbook test stands aside until its hour has come: looked at early, and again and again, it finds what is not there. */
export function Fixed({ report }: { report: Report }) {
  const primary = report.metrics[0]
  const tested = primary?.comparisons.filter((comparison) => comparison.fixed !== null) ?? []
  const fixed = tested[0]?.fixed
  if (!primary || !fixed) return null
  const isRate = isShare(primary.kind)
  const valid = tested.every((comparison) => comparison.fixed?.valid) && !report.srm.alarm
  const columns: readonly Column<Comparison>[] = [
    { head: 'Arm', cell: (row) => <code>{row.variant}</code> },
    { head: '95% interval', note: 'difference', numeric: true, cell: (row) => (row.fixed ? format.range(format.difference(row.fixed.low, isRate), format.difference(row.fixed.high, isRate)) : '–') },
    { head: fixed.test.includes('z') ? 'z' : 't', numeric: true, cell: (row) => format.statistic(row.fixed?.statistic ?? null) },
    { head: 'p', numeric: true, cell: (row) => format.pValue(row.fixed?.pValue ?? null) },
    ...(tested.length > 1 ? [{ head: 'corrected p', note: 'for several arms', numeric: true, cell: (row: Comparison) => format.pValue(row.fixed?.adjustedPValue ?? null) }] : []),
  ]
  return (
    <section className="card card-table fixed" data-valid={valid} aria-labelledby="fixed">
      <div className="section-head">
        <h2 id="fixed">Fixed-horizon test</h2>
        <p className="validity">
          <Icon name={valid ? 'yes' : 'busy'} />
          <span>{validity(report, fixed.validAt, valid)}</span>
        </p>
      </div>
      <Table caption={`Fixed-horizon test, ${fixed.test}`} hideCaption className="compact" columns={columns} rows={tested} rowKey={(row) => row.variant} />
      <p className="foot-note">
        {fixed.test}. SRM check: {report.srm.defined ? <PEquals value={report.srm.pValue} /> : 'not defined yet'}
        {report.srm.alarm ? ', alarm' : ''}
        {report.srm.sequential !== null && (
          <>
            ; for daily looks <PEquals value={report.srm.sequential.pValue} />
          </>
        )}
        .{report.plan !== null && ` Significant below ${format.share(report.plan.testAlpha)}; the rest of α ${format.share(report.plan.alpha)} is the always-valid interval's.`}
      </p>
    </section>
  )
}

function validity(report: Report, validAt: number | null, valid: boolean): string {
  if (validAt === null) return 'Never valid here: no plan says at how many visitors it would be.'
  const at = `Valid at N\u00a0=\u00a0${format.count(validAt)} visitors`
  if (report.srm.alarm) return `${at}, but not with an SRM alarm.`
  return valid ? `${at}, which is reached.` : `${at}; there are ${format.count(report.units.total)}. Not valid yet: for the record only.`
}
