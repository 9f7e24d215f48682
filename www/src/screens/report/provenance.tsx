import * as format from '../../format'
import { Fact } from '../../parts/fact'
import type { Report } from '../../wire'

/** What each verdict is called; the last four are not in the analysis. */
const VERDICTS = [
  ['attested', 'signed by the server'],
  ['consistent', 'agree with the program'],
  ['imported', 'imported'],
  ['unknown_program', 'of no known program'],
  ['unknown_run', 'from before the run was published, of none of its variants (left out)'],
  ['mismatched', 'do not agree with the split (left out)'],
  ['override', 'previews and tests (left out)'],
  ['bot', 'of crawlers (left out)'],
] as const

/** Where these numbers come from, for whoever has to defend or repeat them. */
export function Provenance({ report }: { report: Report }) {
  const primary = report.metrics[0]
  const anytime = primary?.comparisons.find((comparison) => comparison.anytime)?.anytime
  const fixed = primary?.comparisons.find((comparison) => comparison.fixed)?.fixed
  const { srm } = report
  const believed = VERDICTS.flatMap(([verdict, words]) => {
    const exposures = (report.verdicts ?? []).filter((cell) => cell.verdict === verdict).reduce((sum, cell) => sum + cell.exposures, 0)
    return exposures > 0 ? [`${format.count(exposures)} ${words}`] : []
  })
  const lost = Object.values(report.dropped ?? {}).reduce((sum, count) => sum + count, 0)
  return (
    <footer className="provenance" aria-labelledby="provenance">
      <h2 id="provenance">Where this comes from</h2>
      <dl>
        <Fact name="Experiment">
          <code>{report.experiment}</code>
        </Fact>
        <Fact name="Run">
          <code>{report.run}</code>, opened {format.longDate(report.openedAt)}
        </Fact>
        <Fact name="Randomised by">
          <code>{report.unit}</code>
        </Fact>
        <Fact name="Exposures">
          {report.firstExposureAt === null ? 'none' : `${format.longDate(report.firstExposureAt)} to ${format.moment(report.lastExposureAt)}`}
        </Fact>
        <Fact name="Always-valid interval">asymptotic confidence sequence{anytime ? `, tightest near ${format.count(anytime.nStar)} visitors` : ''}</Fact>
        {fixed && <Fact name="Fixed-horizon test">{fixed.test}</Fact>}
        <Fact name="Sample ratio">
          chi-square{srm.chi2 === null ? '' : ` ${format.statistic(srm.chi2)}, ${format.plural(srm.df ?? 0, 'degree')} of freedom`}, alarm below p&nbsp;=&nbsp;{srm.threshold}
          {srm.sequential !== null && `; for daily looks a Bayes factor over ${format.plural(srm.sequential.looks, 'day')}`}
        </Fact>
        {believed.length > 0 && <Fact name="Exposures by verdict">{believed.join(', ')}</Fact>}
        {lost > 0 && (
          <Fact name="Lost on the way">
            {format.plural(lost, 'event')}, as browsers and servers told: {Object.entries(report.dropped ?? {}).map(([reason, count]) => `${format.count(count)} ${reason.replaceAll('_', ' ')}`).join(', ')}
          </Fact>
        )}
        {report.plan !== null && (
          <Fact name="Corrections">
            several arms {report.plan.treatments}, secondary and counter metrics {report.plan.correction}
          </Fact>
        )}
        <Fact name="Report made">{format.moment(report.generatedAt)}</Fact>
      </dl>
    </footer>
  )
}
