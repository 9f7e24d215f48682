import { kindOf, metricsOf, ofArms } from '../arms.ts'
import { type Column, ofRows } from '../cells.ts'
import { command, JSON_OUT } from '../command.ts'
import { CliError } from '../errors.ts'
import { readPlansOrFail } from '../experiments.ts'
import { readText } from '../files.ts'
import { didYouMean } from '../nearest.ts'
import { chanceOf, numberOf, wholeOf } from '../numbers.ts'
import { reportText } from '../report.ts'
import { analyzer, asked, type Run } from '../stats.ts'
import { noColumn, readTable, type Row } from '../table.ts'

const DAY = 86_400_000
/** The metric of a table that names none. */
const VALUE = 'value'
const KINDS = ['conversion', 'sum', 'ratio', 'quantile']

interface Planned {
  readonly primary: string
  readonly secondary?: string[]
  readonly counters?: string[]
  readonly guardrails?: (string | { metric: string })[]
  readonly segments?: string[]
  readonly plan?: object
}

interface Written {
  readonly metrics?: Record<string, { kind: string; cap?: number; capQuantile?: number; preDays?: number; denominator?: object }>
  readonly experiments?: Record<string, Planned>
}

export default command({
  summary: 'judge an experiment from a table, as the worker would',
  operands: '<table>',
  most: 1,
  about: `
The table is CSV with a head, or a JSON list of objects. Either an arm a row: variant, units, and conversions, or sum and
sum_squares; for several metrics a row each, with metric, the first of which is the primary one; for CUPED and ratios the
sums of the second number, second_sum, second_sum_squares and cross. Or a unit a row: variant and value, and if there are:
before (its total before exposure, for CUPED), denominator (for a ratio). Either may have day (of first exposure). With
--experiments metrics are called as they are there: columns of units (a second number \`<metric>.before\` or
\`<metric>.denominator\`), rows of arms.`,
  options: {
    control: { value: 'variant', about: 'what is compared with; `control`, or else the first, by default' },
    kind: { value: 'kind', about: 'conversion, sum, ratio or quantile:0.9; by default what the columns say' },
    lower: { about: 'less is better' },
    shares: { value: 'shares', about: 'planned shares by variant: `control=50,new=50`; equal by default' },
    segment: { value: 'column', many: true, about: 'also by this column; not planned, so exploratory' },
    experiments: { value: 'file', short: 'x', about: 'experiments.json, for several metrics and a plan' },
    experiment: { value: 'key', about: 'which of its experiments; not needed if there is one' },
    days: { value: 'count', about: 'how long it ran, where the table has no days; 14 by default' },
    json: JSON_OUT,
  },
  examples: [
    ['isoflag analyze arms.csv', 'variant,units,conversions'],
    ['isoflag analyze metrics.csv', 'metric,variant,units,conversions,sum,sum_squares'],
    ['isoflag analyze units.csv -x experiments.json --segment country', 'with its metrics, its plan, and by country'],
  ],
  findings: 'nothing may be read: the split is broken',
  async run({ values, operands, io }) {
    const path = operands[0]
    if (path === undefined) throw new CliError('a table is missing', 'see `isoflag analyze --help`')
    const plans = values.experiments === undefined ? undefined : await readPlansOrFail(values.experiments, io)
    const rows = readTable(await readText(path, io), path)
    const first = rows[0]
    if (first === undefined) throw new CliError(`\`${path}\` has a head and no rows`)
    if (first['variant'] === undefined) throw noColumn(path, 'variant', first)
    const now = io.now()
    const ran = wholeOf('days', values.days, 14, 0)
    const from = Math.floor(now / DAY) - ran
    const given = JSON.parse(plans?.text ?? alone(path, rows, values.kind, values.lower)) as Written
    const key = chosen(given, values.experiment)
    const arms = first['units'] !== undefined
    const there = arms ? metricsOf(rows, onlyOf(given, key, rows)) : Object.keys(first)
    const { written, absent } = measured(given, key, there)
    const dated = first['day'] !== undefined
    const note = (text: string): void => io.err(`${io.errStyle.yellow('note:')} ${text}\n`)
    if (absent.length > 0) note(`\`${path}\` has nothing of ${absent.map(name => `\`${name}\``).join(', ')}: left out`)
    if (!dated && values.days === undefined && written.experiments?.[key]?.plan !== undefined) note(`\`${path}\` has no column \`day\`: it counts as ${ran} days; say how long it was with --days`)
    const segments = [...new Set([...values.segment, ...(written.experiments?.[key]?.segments ?? []).filter(name => first[name] !== undefined)])]
    const missing = segments.find(name => first[name] === undefined)
    if (missing !== undefined) throw noColumn(path, missing, first)
    const observed = arms ? ofArms(rows, onlyOf(written, key, rows), dayOf(from)) : ofRows(rows, columnsOf(path, written, key, first), segments, dayOf(from))
    const report = asked(() => analyzer().analyze(JSON.stringify(written), key, runOf(rows, values.control, values.shares), { ...observed, undated: !dated }, now))
    await io.out(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, io.style))
    return report.srm.alarm ? 1 : 0
  },
})

/** experiments.json of a table that comes without one. */
function alone(path: string, rows: readonly Row[], kind: string | undefined, lower: boolean): string {
  const [first = {}] = rows
  const arms = first['units'] !== undefined
  if (!arms && first[VALUE] === undefined) {
    const columns = Object.keys(first)
    const near = didYouMean('units', columns) || didYouMean(VALUE, columns)
    const hint = `its columns are ${columns.join(', ')}; with --experiments they are called as the metrics are`
    throw new CliError(`\`${path}\` has neither \`units\`, for an arm a row, nor \`${VALUE}\`, for a unit a row${near}`, hint)
  }
  const [primary = VALUE, ...secondary] = arms ? metricsOf(rows, VALUE) : [VALUE]
  if (secondary.length > 0 && (kind !== undefined || lower)) throw new CliError('`--kind` and `--lower` are said of one metric, and the table has several', 'say it of each with --experiments')
  const binary = (): boolean => rows.every(row => ['', '0', '1'].includes(row[VALUE] ?? ''))
  const guessed = (name: string): string => (arms ? kindOf(rows, name, VALUE) : first['denominator'] !== undefined ? 'ratio' : binary() ? 'conversion' : 'sum')
  const second = first['before'] !== undefined || first['second_sum'] !== undefined
  const metrics = [primary, ...secondary].map(name => [name, metricWritten(kind ?? guessed(name), second, lower)])
  return JSON.stringify({ version: 1, metrics: Object.fromEntries(metrics), experiments: { experiment: { primary, secondary } } })
}

function metricWritten(kind: string, second: boolean, lower: boolean): object {
  const [name = '', quantile] = kind.split(':')
  if (!KINDS.includes(name)) throw new CliError(`\`--kind\` knows ${KINDS.join(', ')}:0.9, \`${name}\` was found${didYouMean(name, KINDS)}`)
  return {
    kind: name,
    event: VALUE,
    ...(name === 'sum' && { property: VALUE }),
    ...(name === 'ratio' && { property: VALUE, denominator: { event: 'denominator' } }),
    ...(name === 'quantile' && { property: VALUE, quantile: chanceOf('kind', quantile, 0.5) }),
    ...(second && ['conversion', 'sum'].includes(name) && { preDays: 14 }),
    ...(lower && { direction: 'decrease' }),
  }
}

function chosen({ experiments }: Written, given: string | undefined): string {
  const keys = Object.keys(experiments ?? {})
  if (keys.length === 0) throw new CliError('the file of --experiments has no experiment', 'each stands under `experiments`, by the key of its flag')
  const key = given ?? (keys.length === 1 ? keys[0] : undefined)
  if (key === undefined) throw new CliError(`there are ${keys.length} experiments: ${keys.join(', ')}`, 'choose one with --experiment')
  if (!keys.includes(key)) throw new CliError(`there is no experiment \`${key}\`${didYouMean(key, keys)}`, `there are ${keys.join(', ')}`)
  return key
}

/** The experiment with those of its metrics alone that the table has: what was not measured is not 0. */
function measured(written: Written, key: string, there: readonly string[]): { written: Written; absent: string[] } {
  const experiment = written.experiments?.[key]
  if (experiment === undefined) return { written, absent: [] }
  const absent: string[] = []
  const kept = <T extends string | { metric: string }>(list: readonly T[] = []): T[] =>
    list.filter(one => {
      const name = typeof one === 'string' ? one : one.metric
      if (!there.includes(name)) absent.push(name)
      return there.includes(name)
    })
  const { secondary, counters, guardrails } = experiment
  const left = { ...experiment, secondary: kept(secondary), counters: kept(counters), guardrails: kept(guardrails) }
  return { written: { ...written, experiments: { [key]: left } }, absent }
}

/** The metric of arms that name none; those that do name the primary one too. */
function onlyOf(written: Written, key: string, rows: readonly Row[]): string {
  const primary = written.experiments?.[key]?.primary ?? VALUE
  if (!metricsOf(rows, primary).includes(primary)) throw new CliError(`no row has the metric \`${primary}\`, the primary one`)
  return primary
}

/** The metrics of the experiment that have a column. */
function columnsOf(path: string, written: Written, key: string, first: Row): Column[] {
  const experiment = written.experiments?.[key]
  if (experiment === undefined) return []
  const guardrails = (experiment.guardrails ?? []).map(one => (typeof one === 'string' ? one : one.metric))
  const keys = [experiment.primary, ...(experiment.secondary ?? []), ...(experiment.counters ?? []), ...guardrails]
  if (first[experiment.primary] === undefined) throw noColumn(path, experiment.primary, first)
  return keys.flatMap(name => {
    const metric = written.metrics?.[name]
    if (metric === undefined || first[name] === undefined) return []
    const wanted = metric.denominator === undefined ? (metric.preDays === undefined ? undefined : 'before') : 'denominator'
    const second = [`${name}.${wanted}`, wanted ?? ''].find(column => wanted !== undefined && first[column] !== undefined)
    const binary = ['conversion', 'retention'].includes(metric.kind)
    return [{ key: name, second, cap: metric.cap ?? Infinity, binned: metric.kind === 'quantile' || metric.capQuantile !== undefined, binary }]
  })
}

/** The day of a row: RFC 3339 or milliseconds; without a column all came when it began. */
function dayOf(from: number): (row: Row, at: number) => number {
  return (row, at) => {
    const text = row['day']
    if (text === undefined) return from
    const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
    if (!Number.isFinite(time)) throw new CliError(`row ${at}: \`day\` is a date, \`${text}\` was found`)
    return Math.floor(time / DAY)
  }
}

function runOf(rows: readonly Row[], given: string | undefined, shares: string | undefined): Run {
  const variants = [...new Set(rows.map(row => row['variant'] ?? ''))]
  const control = given ?? (variants.includes('control') ? 'control' : (variants[0] ?? ''))
  if (!variants.includes(control)) throw new CliError(`no row has the variant \`${control}\``, `there are ${variants.join(', ')}`)
  const weights = new Map((shares?.split(',') ?? variants.map(variant => `${variant}=1`)).map(part => {
    const [variant = '', weight] = part.split('=')
    return [variant.trim(), numberOf('shares', weight?.replace(/%$/, ''), Number.NaN)] as const
  }))
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0)
  if (!(sum > 0)) throw new CliError('`--shares` is like `control=50,new=50`')
  const strange = [...weights.keys()].find(variant => !variants.includes(variant))
  if (strange !== undefined) throw new CliError(`\`--shares\` names \`${strange}\`, and no row has that variant${didYouMean(strange, variants)}`, `there are ${variants.join(', ')}`)
  const without = variants.find(variant => !weights.has(variant))
  if (without !== undefined) throw new CliError(`\`--shares\` gives no share to \`${without}\``, `there are ${variants.join(', ')}`)
  const arms = [...weights].map(([variant, weight]): [string, number] => [variant, weight / sum])
  return { run: 'table', openedAt: 0, control, unit: 'unitId', arms, gate: 1 }
}
