import * as format from '../../format'
import { Table, type Column } from '../../parts/table'
import type { Look, Report } from '../../wire'
import { isShare } from '../../words'

const SPENDING = { obrienFleming: 'O’Brien–Fleming', pocock: 'Pocock', power: 'power', hwangShihDeCani: 'Hwang–Shih–DeCani' } as const

/** The looks of a group sequential test: each has its own boundary, and its interval holds at all of them. */
export function Looks({ report }: { report: Report }) {
  const looks = report.plan?.looks
  if (looks == null) return null
  const isRate = report.metrics[0] !== undefined && isShare(report.metrics[0].kind)
  const distrusted = report.srm.alarm
  const columns: readonly Column<Look>[] = [
    { head: 'Look', note: 'visitors', cell: (look) => `${format.share(look.plannedAt)}, ${format.count(look.units)}` },
    { head: 'Taken', cell: (look) => (look.day === null ? 'to come' : format.shortDay(look.day)) },
    { head: 'Stops at', note: '|z| of', numeric: true, cell: (look) => format.statistic(look.boundary) },
    {
      head: 'Result',
      note: 'z and interval',
      numeric: true,
      cell: (look) =>
        look.arms.map((arm) => (
          <span key={arm.variant} className="second">
            <code>{arm.variant}</code> {format.statistic(arm.z)}, {format.range(format.difference(arm.low, isRate), format.difference(arm.high, isRate))}
            {distrusted ? '' : arm.crossed ? ', past it' : ', within'}
          </span>
        )),
    },
  ]
  return (
    <details>
      <summary>
        {format.plural(looks.looks.length, 'planned look')}, {SPENDING[looks.spending]} spending
      </summary>
      <Table caption="Planned looks" hideCaption className="compact" columns={columns} rows={looks.looks} rowKey={(look) => String(look.plannedAt)} />
      {looks.inflation !== null && <p className="foot-note">The looks cost {format.lift(looks.inflation - 1)} more visitors than one at the end.</p>}
    </details>
  )
}
