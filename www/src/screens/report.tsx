import { useFeed } from '../feed'
import { Icon } from '../parts/icon'
import { isDistrusted } from '../parts/interval'
import { Announce, Freshness, LiveDot, ScreenTitle, Waiting } from '../parts/screen'
import { LIST, reportAddress } from '../route'
import { STATES } from '../words'
import { experimentList, report as reportShape, type Report } from '../wire'
import { Arms } from './report/arms'
import { Checks } from './report/checks'
import { Fixed } from './report/fixed'
import { Lift } from './report/lift'
import { Others } from './report/others'
import { PlanAndProgress } from './report/plan'
import { Problems } from './report/problems'
import { Provenance } from './report/provenance'
import { RunPicker } from './report/run-picker'
import { Segments } from './report/segments'
import { Verdict } from './report/verdict'

export function ReportScreen({ experiment, run }: { experiment: string; run: string | null }) {
  const query = run === null ? '' : `?run=${encodeURIComponent(run)}`
  const feed = useFeed(`/v1/experiments/${encodeURIComponent(experiment)}/report${query}`, reportShape)
  const listed = useFeed('/v1/experiments', experimentList).data?.experiments.find((one) => one.experiment === experiment)
  const report = feed.data
  const name = report?.name ?? listed?.name ?? experiment
  return (
    <>
      <nav aria-label="Breadcrumb" className="crumb">
        <a href={LIST}>
          <Icon name="back" />
          All experiments
        </a>
        <LiveDot feed={feed} />
      </nav>
      <div className="screen-head">
        <div>
          <ScreenTitle title={name}>{name}</ScreenTitle>
          {report?.hypothesis != null && <p className="lead">{report.hypothesis}</p>}
        </div>
        <RunPicker runs={listed?.runs ?? []} shown={report?.run ?? run} onPick={(picked) => location.assign(reportAddress(experiment, picked))} />
      </div>
      {report === null ? <Missing feed={feed} experiment={experiment} /> : <Body report={report} />}
      <Freshness feed={feed} />
    </>
  )
}

function Body({ report }: { report: Report }) {
  const { state, headline, mayStop } = report.verdict
  const empty = report.units.total === 0
  return (
    <div className="report" data-tone={STATES[state].tone} data-distrusted={isDistrusted(report)}>
      <Announce>{`${headline} ${mayStop ? 'You may stop.' : 'Do not stop yet.'}`}</Announce>
      <Problems report={report} />
      <Verdict report={report} />
      {!empty && <Lift report={report} />}
      {!empty && <Arms report={report} />}
      <div className="pair">
        <PlanAndProgress report={report} />
        {!empty && <Fixed report={report} />}
      </div>
      {!empty && <Others report={report} />}
      {!empty && <Segments report={report} />}
      <Checks report={report} />
      <Provenance report={report} />
    </div>
  )
}

function Missing({ feed, experiment }: { feed: ReturnType<typeof useFeed<Report>>; experiment: string }) {
  if (feed.trouble?.status !== 404) return <Waiting feed={feed} what="the report" />
  return (
    <div className="card notice" role="status">
      <h2>No such report</h2>
      <p>
        The worker knows no experiment <code>{experiment}</code> with this run: {feed.trouble.message}. <a href={LIST}>See all experiments</a>
      </p>
    </div>
  )
}
