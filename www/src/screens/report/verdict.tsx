import type { ReactNode } from 'react'
import * as format from '../../format'
import { StateBadge } from '../../parts/badge'
import { Icon, type IconName } from '../../parts/icon'
import { decided } from '../../parts/decided'
import { isDistrusted, liftInterval } from '../../parts/interval'
import { Prose } from '../../parts/prose'
import type { Comparison, Report } from '../../wire'
import { isShare } from '../../words'

/** The four questions somebody opens this page with, answered in the order they are asked. */
export function Verdict({ report }: { report: Report }) {
  const { verdict } = report
  return (
    <section className="verdict card" aria-labelledby="verdict">
      <div className="verdict-top">
        <StateBadge state={verdict.state} />
        <h2 id="verdict">
          <Prose>{verdict.headline}</Prose>
        </h2>
      </div>
      <dl className="answers">
        <WhichArm report={report} />
        <HowSure report={report} />
        <MayIStop report={report} />
        <WhatIsWrong report={report} />
      </dl>
      <div className="says">
        <p data-kind="may">
          <Icon name="yes" />
          <span>
            <Prose>{verdict.may}</Prose>
          </span>
        </p>
        <p data-kind="may-not">
          <Icon name="no" />
          <span>
            <Prose>{verdict.mayNot}</Prose>
          </span>
        </p>
      </div>
    </section>
  )
}

function Answer({ question, answer, tone, icon, children }: { question: string; answer: ReactNode; tone: 'good' | 'warn' | 'alarm' | 'plain'; icon?: IconName; children: ReactNode }) {
  return (
    <div className="answer" data-tone={tone}>
      <dt>{question}</dt>
      <dd>
        <strong>
          {icon && <Icon name={icon} />}
          {answer}
        </strong>
        <span>{children}</span>
      </dd>
    </div>
  )
}

function WhichArm({ report }: { report: Report }) {
  const { verdict, control } = report
  const primary = report.metrics[0]?.name ?? 'the primary metric'
  if (verdict.state === 'better' && verdict.arm !== null) {
    return (
      <Answer question="Which arm?" answer={<code>{verdict.arm}</code>} tone="good" icon="up">
        ahead of <code>{control}</code> on {primary}
      </Answer>
    )
  }
  if (verdict.state === 'worse') {
    return (
      <Answer question="Which arm?" answer={<code>{control}</code>} tone="plain">
        {verdict.arm === null ? 'the other arms are' : <code>{verdict.arm}</code>} {verdict.arm === null ? '' : 'is '}behind on {primary}
      </Answer>
    )
  }
  return (
    <Answer question="Which arm?" answer={verdict.state === 'invalid' ? 'Cannot say' : verdict.state === 'no-difference-shown' ? 'None' : 'None yet'} tone="plain">
      {verdict.state === 'no-data' ? 'nobody has seen a variant' : `no arm may be preferred on ${primary}`}
    </Answer>
  )
}

function HowSure({ report }: { report: Report }) {
  const comparison = chosen(report)
  const interval = liftInterval(comparison)
  if (isDistrusted(report)) {
    return (
      <Answer question="How sure?" answer="Not at all" tone="alarm">
        an interval says nothing when the split is broken
      </Answer>
    )
  }
  if (comparison?.anytime == null || interval === null) {
    return (
      <Answer question="How sure?" answer="Not at all" tone="plain">
        too few visitors for an interval
      </Answer>
    )
  }
  const basis = decided(report)
  const isRate = isShare(report.metrics[0]?.kind ?? 'conversion')
  // The interval that decided, and not a wider one that still has zero in it.
  if (basis?.by === 'look') {
    return (
      <Answer question="How sure?" answer={format.range(format.difference(basis.arm.low, isRate), format.difference(basis.arm.high, isRate))} tone="plain">
        difference of <code>{comparison.variant}</code> at planned look {basis.look} of {basis.of}; this interval holds at all planned looks
      </Answer>
    )
  }
  if (basis?.by === 'fixed') {
    return (
      <Answer question="How sure?" answer={format.range(format.difference(basis.fixed.low, isRate), format.difference(basis.fixed.high, isRate))} tone="plain">
        difference of <code>{comparison.variant}</code> by the planned test, <PEquals value={basis.fixed.pValue} />, valid at the planned sample
      </Answer>
    )
  }
  return (
    <Answer question="How sure?" answer={format.range(format.lift(interval.low), format.lift(interval.high))} tone="plain">
      lift of <code>{comparison.variant}</code>, {format.level(comparison.anytime.level)} always-valid; measured {format.lift(interval.lift)}
    </Answer>
  )
}

function MayIStop({ report }: { report: Report }) {
  const { plan, verdict, days } = report
  if (verdict.mayStop) {
    return (
      <Answer question="May I stop?" answer="Yes" tone="good" icon="yes">
        {whyStop(report)}
        {plan !== null && !plan.minDaysReached && `, but only ${days} of the planned ${format.plural(plan.minDays, 'day')} have passed`}
      </Answer>
    )
  }
  const broken = isDistrusted(report)
  return (
    <Answer question="May I stop?" answer={broken ? 'Repair first' : 'Not yet'} tone={broken ? 'alarm' : 'plain'} icon={broken ? 'alarm' : 'busy'}>
      {broken ? 'stopping would not make it right' : waitingFor(report)}
    </Answer>
  )
}

function whyStop(report: Report): string {
  const basis = decided(report)
  if (basis?.by === 'look') return `planned look ${basis.look} of ${basis.of} is past its boundary`
  return report.plan?.reached ? 'the planned sample is reached' : 'the interval holds at every look'
}

function waitingFor({ plan, days, units }: Report): string {
  if (units.total === 0) return 'waiting for the first visitor'
  if (plan === null) return 'no plan says when'
  if (plan.daysRemaining !== null && plan.daysRemaining > 0) return `about ${format.plural(Math.ceil(plan.daysRemaining), 'day')} to the planned sample`
  if (!plan.minDaysReached) return `${format.plural(Math.max(1, plan.minDays - days), 'more day')} of the planned ${plan.minDays}`
  return 'waiting for visitors'
}

function WhatIsWrong({ report }: { report: Report }) {
  const { srm, verdict, units } = report
  if (units.total === 0) {
    return (
      <Answer question="What is wrong?" answer="No visitors" tone="warn" icon="alarm">
        what to check stands below
      </Answer>
    )
  }
  if (srm.alarm) {
    return (
      <Answer question="What is wrong?" answer="SRM alarm" tone="alarm" icon="alarm">
        visitors are not split as planned, <PEquals value={srm.pValue} />
      </Answer>
    )
  }
  const problems = verdict.problems.length
  if (problems > 0) {
    return (
      <Answer question="What is wrong?" answer={format.plural(problems, 'thing')} tone="warn" icon="alarm">
        to look at, named at the top; {splitWords(report)}
      </Answer>
    )
  }
  return (
    <Answer question="What is wrong?" answer="Nothing found" tone={srm.defined ? 'good' : 'plain'} {...(srm.defined ? { icon: 'yes' as const } : {})}>
      {splitWords(report)}
    </Answer>
  )
}

function splitWords({ srm }: Report): ReactNode {
  return srm.defined ? (
    <>
      visitors split as planned,{' '}
      <span className="nowrap">
        SRM <PEquals value={srm.pValue} />
      </span>
    </>
  ) : (
    'too few visitors to check the split'
  )
}

export function PEquals({ value }: { value: number | null }) {
  const written = format.pValue(value)
  return <span className="nowrap">p {written.startsWith('<') ? written : `= ${written}`}</span>
}

/** The comparison the verdict speaks of, otherwise the one furthest from zero in the direction of the metric. */
function chosen({ verdict, metrics }: Report): Comparison | undefined {
  const primary = metrics[0]
  const named = primary?.comparisons.find((comparison) => comparison.variant === verdict.arm)
  const sign = primary?.direction === 'decrease' ? -1 : 1
  return named ?? primary?.comparisons.toSorted((a, b) => sign * ((b.lift ?? 0) - (a.lift ?? 0)))[0]
}
