import type { ReactNode } from 'react'
import * as format from '../../format'
import type { Report } from '../../wire'

/** Where these numbers come from, for whoever has to defend or repeat them. */
export function Provenance({ report }: { report: Report }) {
  const primary = report.metrics[0]
  const anytime = primary?.comparisons.find((comparison) => comparison.anytime)?.anytime
  const fixed = primary?.comparisons.find((comparison) => comparison.fixed)?.fixed
  const { srm } = report
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

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
