import { useFeed } from '../feed'
import * as format from '../format'
import { SrmBadge, StateBadge } from '../parts/badge'
import { Prose } from '../parts/prose'
import { Announce, Freshness, LiveDot, ScreenTitle, Waiting } from '../parts/screen'
import { Table, type Column } from '../parts/table'
import { reportAddress } from '../route'
import { rankOf } from '../words'
import { experimentList, type ListedExperiment } from '../wire'
import { FirstExperiment, Names } from './first-experiment'

const COLUMNS: readonly Column<ListedExperiment>[] = [
  {
    head: 'Experiment',
    cell: (row) => (
      <>
        <a className="row-link" href={reportAddress(row.experiment)}>
          {row.name}
        </a>
        <span className="headline">
          <Prose>{row.headline}</Prose>
        </span>
      </>
    ),
  },
  {
    head: 'State',
    cell: (row) => (
      <span className="badges">
        {row.srmAlarm && <SrmBadge />}
        {row.srmAlarm && row.state === 'invalid' ? null : <StateBadge state={row.state} />}
      </span>
    ),
  },
  { head: 'Visitors', numeric: true, cell: (row) => format.count(row.units) },
  { head: 'Days', numeric: true, cell: (row) => format.count(row.days) },
]

export function ListScreen() {
  const feed = useFeed('/v1/experiments', experimentList)
  const rows = feed.data?.experiments.toSorted((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name))
  return (
    <>
      <div className="screen-head">
        <ScreenTitle title="Experiments">Experiments</ScreenTitle>
        <LiveDot feed={feed} />
      </div>
      {rows === undefined ? (
        <Waiting feed={feed} what="the experiments" />
      ) : rows.length === 0 ? (
        <FirstExperiment planned={feed.data?.planned ?? []} />
      ) : (
        <>
          <p className="lead">{summary(rows)}</p>
          <Announce>{summary(rows)}</Announce>
          <div className="card card-table">
            <Table className="list" caption="Experiments, those that need attention first" hideCaption columns={COLUMNS} rows={rows} rowKey={(row) => row.experiment} />
          </div>
          <Planned keys={feed.data?.planned ?? []} />
        </>
      )}
      <Freshness feed={feed} />
    </>
  )
}

function Planned({ keys }: { keys: readonly string[] }) {
  if (keys.length === 0) return null
  return (
    <p className="foot-note">
      Planned, but no published flag splits for {keys.length === 1 ? 'it' : 'them'} yet: <Names keys={keys} />.
    </p>
  )
}

function summary(rows: readonly ListedExperiment[]): string {
  const broken = rows.filter((row) => row.srmAlarm || row.state === 'invalid').length
  const decidable = rows.filter((row) => !row.srmAlarm && ['better', 'worse', 'no-difference-shown'].includes(row.state)).length
  const running = rows.length - broken - decidable
  return [
    broken > 0 ? `${broken} ${broken === 1 ? 'needs' : 'need'} repair` : null,
    decidable > 0 ? `${decidable} ${decidable === 1 ? 'has' : 'have'} a result` : null,
    running > 0 ? `${running} still ${running === 1 ? 'collects' : 'collect'}` : null,
  ]
    .filter((part) => part !== null)
    .map((part) => part.replaceAll(' ', '\u00a0'))
    .join('\u00a0\u00b7 ')
}
