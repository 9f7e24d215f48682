// A report for a terminal: the verdict first, then what it rests on.

import { figure, percent, pText, signedPercent, whole } from './numbers.ts'
import type { Report } from './stats.ts'
import { columns, type Style } from './style.ts'

type Metric = Report['metrics'][number]
type Comparison = Metric['comparisons'][number]

export function reportText(report: Report, style: Style): string {
  const { verdict } = report
  const tone = verdict.state === 'better' ? style.green : verdict.state === 'worse' || verdict.state === 'invalid' ? style.red : style.yellow
  const parts = [
    `${tone(style.bold(verdict.headline))}\n  ${verdict.may}\n  ${verdict.mayNot}`,
    ...(verdict.problems.length > 0 ? [verdict.problems.map(problem => style.red(`! ${problem}`)).join('\n')] : []),
    // A broken split blocks reading on.
    ...(report.srm.alarm ? [] : [...report.metrics.map(metric => metricText(metric, style)), ...looksText(report, style), ...report.segments.map(segment => segmentText(report, segment, style))]),
    checksText(report, style),
  ]
  return `${parts.join('\n\n')}\n`
}

function metricText(metric: Metric, style: Style): string {
  const share = metric.kind === 'conversion' || metric.kind === 'retention'
  const number = (value: number | null): string => (value === null ? '–' : share ? percent(value, 2) : figure(value))
  const arms = metric.arms.map(arm => [`  ${arm.variant}`, `${whole(arm.units)} units`, number(arm.mean), arm.low === null || arm.high === null ? '' : style.dim(`${number(arm.low)} to ${number(arm.high)}`)])
  const each = metric.comparisons.flatMap(comparison => comparisonText(comparison, share, style))
  const title = `${style.bold(metric.name)} ${style.dim(`${metric.role}, ${metric.direction === 'increase' ? 'more' : 'less'} is better`)}`
  return [title, ...columns(arms), ...each, style.dim(`  ${metric.method.words}`)].join('\n')
}

function comparisonText({ variant, difference, lift, adjusted, anytime, fixed, practical, guardrail }: Comparison, share: boolean, style: Style): string[] {
  const apart = (value: number): string => (share ? `${figure(100 * value)} points` : figure(value))
  const both = (low: number, high: number, liftLow: number | null, liftHigh: number | null): string =>
    `${apart(low)} to ${apart(high)}${liftLow === null || liftHigh === null ? '' : `, lift ${signedPercent(liftLow)} to ${signedPercent(liftHigh)}`}`
  const corrected = (p: { pValue: number; adjustedPValue: number | null }): string =>
    pText(p.pValue) + (p.adjustedPValue === null || p.adjustedPValue === p.pValue ? '' : `, corrected ${pText(p.adjustedPValue)}`)
  const effect = difference === null ? 'no figure yet' : lift === null ? apart(difference) : `${signedPercent(lift)} (${apart(difference)})`
  const lines = [`  ${style.bold(variant)} ${effect}`]
  if (anytime !== null) lines.push(`    any time     ${both(anytime.low, anytime.high, anytime.liftLow, anytime.liftHigh)}; ${corrected(anytime)}`)
  if (fixed !== null) {
    const when = fixed.validAt === null ? 'never valid: no sample was planned' : fixed.valid ? `valid at ${whole(fixed.validAt)}, which is reached` : `valid only at ${whole(fixed.validAt)}`
    lines.push(`    fixed        ${both(fixed.low, fixed.high, fixed.liftLow, fixed.liftHigh)}; ${corrected(fixed)} (${fixed.test === 'welch' ? "Welch's t" : fixed.test}; ${when})`)
  }
  if (adjusted !== null) lines.push(`    CUPED        ${percent(adjusted.varianceReduction ?? 0)} of the variance gone; unadjusted ${apart(adjusted.rawDifference)}`)
  if (practical !== null) lines.push(`    matters?     ${practical.words}`)
  if (guardrail !== null) lines.push(`    guardrail    ${guardrail.verdict === 'inferior' ? style.red(guardrail.words) : guardrail.words}`)
  return lines
}

function segmentText(report: Report, { dimension, planned, values, words }: Report['segments'][number], style: Style): string {
  const rows = values.flatMap(({ value, units, comparisons }) =>
    comparisons.map(({ variant, lift, anytime }) => [
      `  ${value}`,
      variant,
      `${whole(units)} units`,
      lift === null ? '–' : signedPercent(lift),
      anytime === null || anytime.liftLow === null || anytime.liftHigh === null
        ? 'no interval yet'
        : `${signedPercent(anytime.liftLow)} to ${signedPercent(anytime.liftHigh)}, corrected ${pText(anytime.adjustedPValue ?? anytime.pValue)}`,
    ]),
  )
  const title = `${style.bold(`${report.metrics[0]?.name ?? ''} by ${dimension}`)} ${style.dim(planned ? 'planned' : 'exploratory')}`
  return [title, ...columns(rows), style.dim(`  ${words}`)].join('\n')
}

/** The looks that were planned: those taken with what they showed, the others with what will stop the test. */
function looksText({ plan, metrics }: Report, style: Style): string[] {
  const looks = plan?.looks?.looks ?? []
  if (looks.length === 0) return []
  const share = metrics[0]?.kind === 'conversion' || metrics[0]?.kind === 'retention'
  const apart = (value: number): string => (share ? `${figure(100 * value)} points` : figure(value))
  const rows = looks.flatMap(({ plannedAt, units, day, boundary, arms }) => {
    const head = [`  ${percent(plannedAt, 0)}`, `${whole(units)} units`, boundary === null ? 'never stops' : `stops at |z| ${figure(boundary)}`]
    if (day === null) return [[...head, style.dim('to come')]]
    return arms.map(arm => [...head, `${arm.variant} z ${figure(arm.z)}${arm.crossed ? style.bold(', past it') : ''}, ${apart(arm.low)} to ${apart(arm.high)} on ${day}`])
  })
  return [[`${style.bold('planned looks')} ${style.dim('their intervals hold at all looks together')}`, ...columns(rows)].join('\n')]
}

function checksText({ checks }: Report, style: Style): string {
  const mark = { passed: style.green('✓'), open: style.yellow('·'), failed: style.red('✗') }
  return [style.bold('checks'), ...columns(checks.map(({ name, state, words }) => [`  ${mark[state]} ${name}`, words]))].join('\n')
}
