import { BASELINE, baselineOf } from '../baseline.ts'
import { command, JSON_OUT } from '../command.ts'
import { CliError } from '../errors.ts'
import { chanceOf, figure, looksOf, numberOf, percent, percentOf, signedPercent, whole, wholeOf } from '../numbers.ts'
import { asked, stats, type PlanQuestion } from '../stats.ts'
import { spendingOf, SPENDING } from '../spending.ts'
import { columns } from '../style.ts'

export default command({
  summary: 'say how many units an experiment needs, and how long',
  operands: '',
  most: 0,
  about: `
The sample for the smallest effect worth finding, from what control has today; never from a lift that was seen. With --daily
also the days, and what every week could show.`,
  options: {
    ...BASELINE,
    lift: { value: 'percent', short: 'l', about: 'smallest effect worth finding, in percent of the baseline; negative for a fall' },
    alpha: { value: 'chance', about: 'of a false alarm, 0.05 by default' },
    power: { value: 'chance', about: 'of finding the effect, 0.8 by default' },
    treatments: { value: 'count', about: 'arms beside control, 1 by default; they share alpha' },
    ratio: { value: 'number', about: 'units of one treatment for each of control, 1 by default' },
    looks: { value: 'looks', about: 'how often one looks, the end included: `4`, or shares such as `0.25,0.5,1`' },
    spending: SPENDING,
    daily: { value: 'count', about: 'units that arrive on a day' },
    gate: { value: 'percent', about: 'share of them that takes part, 100 by default' },
    json: JSON_OUT,
  },
  examples: [
    ['isoflag plan --rate 3 --lift 10', '53,211 users per arm'],
    ['isoflag plan --mean 24.5 --sd 61 --lift 3 --daily 4000 --looks 4', 'revenue per user, looked at four times'],
  ],
  async run({ values, io }) {
    const baseline = baselineOf(values)
    if (baseline === undefined) throw new CliError('a plan needs either `--rate`, or `--mean` and `--sd`', 'see `isoflag plan --help`')
    const daily = numberOf('daily', values.daily, 0)
    const looks = values.looks === undefined ? null : { informationFractions: looksOf(values.looks, 1), ...spendingOf(values.spending) }
    const question: PlanQuestion = {
      baseline,
      lift: liftOf(values.lift),
      alpha: chanceOf('alpha', values.alpha, 0.05),
      power: chanceOf('power', values.power, 0.8),
      sides: 2,
      treatments: wholeOf('treatments', values.treatments, 1, 1),
      ratio: numberOf('ratio', values.ratio, 1),
      looks,
      dailyUnits: daily,
      gate: percentOf('gate', values.gate, 100),
      wholeWeeks: true,
    }
    const answer = asked(() => stats().plan(question))
    if (values.json) {
      await io.out(`${JSON.stringify(answer, null, 2)}\n`)
      return 0
    }
    const { bold, dim } = io.style
    // What was understood stands first: 0.03 for 3 % gives figures too.
    const rows = [
      ['to find', effectText(baseline, question.lift)],
      ['control', whole(answer.control)],
      [question.treatments === 1 ? 'treatment' : 'each treatment', whole(answer.treatment)],
      ['all arms', bold(whole(answer.units)) + (answer.sequential === null ? '' : dim(`  of which ${signedPercent(answer.sequential.inflation - 1)} for the looks`))],
      ...(answer.days === null ? [] : [['days', `${whole(answer.days)}${dim('  whole weeks')}`]]),
      ['alpha', `${answer.alpha}${question.treatments > 1 ? dim('  of each comparison') : ''}`],
      ['power', percent(question.power, 0)],
    ]
    if (answer.sequential !== null) rows.push(['stop at |z| of', answer.sequential.z.map(z => z.toFixed(3)).join(', ')])
    await io.out(`${columns(rows).join('\n')}\n`)
    if (answer.weeks.length > 0) {
      const weeks = answer.weeks.map(({ days, units, power, lift }) => [
        `day ${whole(days)}`,
        `${whole(units)} units`,
        power === null ? '' : `power ${percent(power)}`,
        lift === null ? '' : `finds ${signedPercent(lift)}`,
      ])
      await io.out(`\n${bold('read once at the end of')}\n${columns(weeks).join('\n')}\n`)
    }
    return 0
  },
})

function effectText(baseline: PlanQuestion['baseline'], lift: number): string {
  const from = baseline.kind === 'conversion' ? baseline.rate : baseline.mean
  const said = (value: number): string => (baseline.kind === 'conversion' ? `${figure(100 * value)}%` : figure(value))
  return `${said(from)} to ${said(from * (1 + lift))}, ${signedPercent(lift)}`
}

function liftOf(lift: string | undefined): number {
  if (lift === undefined) throw new CliError('a plan needs `--lift`, the smallest effect worth finding', 'see `isoflag plan --help`')
  return percentOf('lift', lift, 0)
}
