import type { ReactNode } from 'react'
import * as format from '../../format'
import { Fact } from '../../parts/fact'
import type { Plan, Report } from '../../wire'
import { Looks } from './looks'

export function PlanAndProgress({ report }: { report: Report }) {
  const { plan } = report
  return (
    <section className="card" aria-labelledby="plan">
      <div className="section-head">
        <h2 id="plan">Plan and progress</h2>
        {plan !== null && (
          <p>
            To find a lift of {mde(plan)} from {format.rate(plan.baseline)}, at {format.share(plan.power)} power and α&nbsp;{format.share(plan.alpha)}
          </p>
        )}
      </div>
      {plan === null ? (
        <p>
          No plan was registered. The always-valid interval still holds, but nothing says how many visitors are enough. Add <code>plan</code> to this experiment in{' '}
          <code>experiments.json</code>, before the result is known.
        </p>
      ) : (
        <>
          {plan.requiredTotal !== null && (
            <Progress label="Visitors" value={report.units.total} of={plan.requiredTotal}>
              <b>{format.count(report.units.total)}</b> of {format.count(plan.requiredTotal)}
            </Progress>
          )}
          <Progress label="Days" value={report.days} of={plan.minDays}>
            <b>{format.count(report.days)}</b> of at least {format.count(plan.minDays)}
          </Progress>
          {plan.minUnits !== null && !plan.minUnitsReached && (
            <Progress label="Least visitors" value={report.units.total} of={plan.minUnits}>
              nothing is concluded before <b>{format.count(plan.minUnits)}</b>
            </Progress>
          )}
          <dl className="facts">
            {plan.requiredPerArm !== null && <Fact name="Needed per arm">{format.count(plan.requiredPerArm)}</Fact>}
            {plan.practical !== null && <Fact name="Worth acting on from">{mde({ ...plan, mde: plan.practical })}</Fact>}
            <Fact name="Arriving per day">{format.count(plan.arrivalsPerDay)}</Fact>
            <Fact name="Days remaining">{plan.reached ? 'none, reached' : plan.daysRemaining === null ? 'not known yet' : `about ${format.count(Math.ceil(plan.daysRemaining))}`}</Fact>
          </dl>
          <Looks report={report} />
        </>
      )}
    </section>
  )
}

function mde({ mde, mdeKind }: Plan): string {
  return mdeKind === 'relative' ? format.lift(mde).replace('.0%', '%') : format.difference(mde, true)
}

function Progress({ label, value, of, children }: { label: string; value: number; of: number; children: ReactNode }) {
  const done = of > 0 ? Math.min(1, value / of) : 0
  return (
    <div className="progress">
      <span className="progress-label">{label}</span>
      <span className="progress-words">{children}</span>
      <progress aria-label={label} max={1} value={done} data-done={done >= 1} />
    </div>
  )
}
