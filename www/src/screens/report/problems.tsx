import * as format from '../../format'
import { Icon } from '../../parts/icon'
import { Prose } from '../../parts/prose'
import type { Report } from '../../wire'

/** What is wrong, before anything that could be believed in spite of it. */
export function Problems({ report }: { report: Report }) {
  const { problems } = report.verdict
  if (report.srm.alarm) return <SrmAlarm report={report} />
  if (problems.length === 0) return null
  return (
    <section className="notice" aria-labelledby="problems">
      <h2 id="problems">
        <Icon name="alarm" />
        {problems.length === 1 ? 'One thing to look at' : `${problems.length} things to look at`}
      </h2>
      <ProblemList problems={problems} />
    </section>
  )
}

function SrmAlarm({ report: { srm, verdict, units } }: { report: Report }) {
  const others = verdict.problems.filter((problem) => !repeats(verdict.headline, problem))
  return (
    <section className="alarm" aria-labelledby="alarm">
      <h2 id="alarm">
        <Icon name="alarm" />
        SRM alarm: visitors are not split as planned
      </h2>
      <div className="alarm-columns">
        <div>
          <p>
            With a working split, a sample ratio mismatch this large comes up once in {odds(srm.pValue)}. Somebody is missing from an arm, and those who are missing are rarely like the rest:{' '}
            <b>no number below may be used to decide.</b>
          </p>
          <p className="split">
            {units.arms.map((arm) => (
              <span key={arm.variant}>
                <code>{arm.variant}</code> got <b>{format.share(units.total === 0 ? null : arm.units / units.total)}</b>, planned {format.share(arm.expectedShare)}
              </span>
            ))}
          </p>
          {others.length > 0 && <ProblemList problems={others} />}
        </div>
        <div>
          <h3>What to do next</h3>
          <ol>
            <li>Look for an arm that loses visitors before its exposure is sent: a redirect, a crash, a slow page, a blocked script.</li>
            <li>Check that both arms send the exposure at the same moment, and that bots and staff are left out alike.</li>
            <li>Repair it, then restart the experiment (a new run). The visitors counted so far cannot be rescued.</li>
          </ol>
        </div>
      </div>
    </section>
  )
}

function ProblemList({ problems }: { problems: readonly string[] }) {
  return (
    <ul className="problem-list">
      {problems.map((problem) => (
        <li key={problem}>
          <Prose>{problem}</Prose>
        </li>
      ))}
    </ul>
  )
}

// The verdict below opens with the alarm in its own words; once is enough.
function repeats(headline: string, problem: string): boolean {
  return headline.toLowerCase().includes(problem.toLowerCase().replace(/\.$/, ''))
}

// "once in 120 experiments" is understood by people to whom p = 0.0086 says nothing.
function odds(pValue: number | null): string {
  if (pValue === null) return 'very many experiments'
  return pValue < 1e-6 ? 'more than a million experiments' : `${format.count(Number((1 / pValue).toPrecision(2)))} experiments`
}
