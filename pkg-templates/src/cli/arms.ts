// From rows of arms to what a ledger would have counted.

import { numberIn } from './cells.ts'
import { CliError } from './errors.ts'
import { didYouMean } from './nearest.ts'
import type { MetricCell, Observed } from './stats.ts'
import type { Row } from './table.ts'

/** The metrics of a table of arms, in the order they come; `only` is the one of a table without a column for them. */
export function metricsOf(rows: readonly Row[], only: string): string[] {
  return [...new Set(rows.map(row => metricOf(row, only)))]
}

/** What the columns of a metric say it is. */
export function kindOf(rows: readonly Row[], metric: string, only: string): 'conversion' | 'sum' {
  return rows.some(row => metricOf(row, only) === metric && given(row, 'conversions')) ? 'conversion' : 'sum'
}

/** Counts rows of one arm each, on a day and of a metric where the table says so. */
export function ofArms(rows: readonly Row[], only: string, dayOf: (row: Row, at: number) => number): Observed {
  const metrics: Record<string, MetricCell[]> = {}
  const units = new Map<string, { variant: string; day: number; units: Map<string, number> }>()
  rows.forEach((row, i) => {
    const [at, metric, variant] = [i + 1, metricOf(row, only), row['variant'] ?? '']
    if (metric === '') throw new CliError(`row ${at}: \`metric\` is empty`)
    const day = dayOf(row, at)
    const arm = units.get(`${day} ${variant}`) ?? { variant, day, units: new Map<string, number>() }
    units.set(`${day} ${variant}`, arm)
    arm.units.set(metric, (arm.units.get(metric) ?? 0) + unitsIn(row, at))
    ;(metrics[metric] ??= []).push({ variant, day, ...sumsIn(row, at), ...secondIn(row, at) })
  })
  return { units: [...units.values()].map(arm => ({ variant: arm.variant, day: arm.day, units: agreed(arm, Object.keys(metrics)) })), metrics }
}

/** Every metric is over the same units, those that did nothing included. */
function agreed({ variant, units }: { variant: string; units: Map<string, number> }, metrics: readonly string[]): number {
  const [first = ''] = metrics
  for (const metric of metrics) {
    const [here, there] = [units.get(metric), units.get(first)]
    if (here === undefined) throw new CliError(`\`${variant}\` has no row of the metric \`${metric}\` on a day on which it has others`)
    if (here !== there) throw new CliError(`\`${variant}\` has ${here} units in \`${metric}\` and ${there ?? 'none'} in \`${first}\`: a metric counts all units of an arm, those that did nothing included`)
  }
  return units.get(first) ?? 0
}

function metricOf(row: Row, only: string): string {
  return row['metric'] ?? only
}

function given(row: Row, column: string): boolean {
  return (row[column] ?? '') !== ''
}

function unitsIn(row: Row, at: number): number {
  const units = numberIn(row, 'units', at)
  if (!Number.isSafeInteger(units) || units < 0) throw new CliError(`row ${at}: \`units\` is a whole number, \`${row['units']}\` was found`)
  return units
}

function sumsIn(row: Row, at: number): { sum: number; sumSquares: number } {
  if (given(row, 'conversions')) {
    const [sum, units] = [numberIn(row, 'conversions', at), unitsIn(row, at)]
    if (!Number.isSafeInteger(sum) || sum < 0 || sum > units) throw new CliError(`row ${at}: \`conversions\` is a whole number up to the units, \`${row['conversions']}\` was found`)
    return { sum, sumSquares: sum }
  }
  if (!given(row, 'sum') || !given(row, 'sum_squares')) {
    const columns = Object.keys(row)
    const near = columns.includes('sum') || columns.includes('conversions') ? '' : didYouMean('conversions', columns)
    throw new CliError(`row ${at}: an arm needs \`conversions\`, or \`sum\` and \`sum_squares\`${near}`, `the columns are ${columns.join(', ')}`)
  }
  return { sum: numberIn(row, 'sum', at), sumSquares: numberIn(row, 'sum_squares', at) }
}

function secondIn(row: Row, at: number): { second?: NonNullable<MetricCell['second']> } {
  if (!given(row, 'second_sum')) return {}
  const [sum, sumSquares, cross] = [numberIn(row, 'second_sum', at), numberIn(row, 'second_sum_squares', at), numberIn(row, 'cross', at)]
  return { second: { sum, sumSquares, cross } }
}
