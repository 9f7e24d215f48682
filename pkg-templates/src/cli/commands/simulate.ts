import { BASELINE, baselineOf, type BaselineValues } from '../baseline.ts'
import { command, JSON_OUT } from '../command.ts'
import { CliError } from '../errors.ts'
import { chanceOf, looksOf, numberOf, percent, percentOf, whole, wholeOf } from '../numbers.ts'
import { progress } from '../progress.ts'
import { SPENDING, spendingOf } from '../spending.ts'
import { asked, stats, type Outcome, type Simulation, type Stops, type Tally } from '../stats.ts'
import { columns } from '../style.ts'

/** Runs between two strokes of the progress bar. Parts add up to the same numbers, however they are cut. */
const PART = 50

export default command({
  summary: 'play an experiment many times: false alarms, power, broken splits',
  operands: '',
  most: 0,
  about: `
Draws runs of this metric and looks at each as planned. Without --lift both arms are equal (A/A), and whatever is found is a
false alarm. Four ways of reading stand side by side. The same seed gives the same numbers on every machine.`,
  options: {
    ...BASELINE,
    mean: { ...BASELINE.mean, about: 'or its mean; with --rate, what payers pay' },
    lift: { value: 'percent', short: 'l', about: 'of treatment, in percent; 0 by default' },
    units: { value: 'count', short: 'n', about: 'of both arms at the end' },
    looks: { value: 'looks', about: 'how often one looks: `14` (default), or shares such as `0.25,0.5,1`' },
    alpha: { value: 'chance', about: 'of a false alarm, 0.05 by default' },
    spending: SPENDING,
    share: { value: 'percent', about: 'planned share of treatment, 50 by default' },
    'actual-share': { value: 'percent', about: 'its real share, to see whether a broken split is noticed' },
    runs: { value: 'count', about: 'how many experiments, 2000 by default' },
    seed: { value: 'number', about: 'where the random numbers begin, 1 by default' },
    json: JSON_OUT,
  },
  examples: [
    ['isoflag simulate --rate 3.2 --units 100000 --looks 28', 'A/A: what daily looks do to a test at 5 %'],
    ['isoflag simulate --rate 3.2 --lift 10 --units 100000 --looks 4', 'A/B: how often the effect is found'],
  ],
  async run({ values, io }) {
    const share = percentOf('share', values.share, 50)
    if (values.units === undefined) throw new CliError('a simulation needs `--units`, those of both arms at the end', 'see `isoflag simulate --help`')
    const simulation: Simulation = {
      outcome: outcomeOf(values),
      lift: percentOf('lift', values.lift, 0),
      units: wholeOf('units', values.units, 0, 2),
      plannedShare: share,
      actualShare: percentOf('actual-share', values['actual-share'], 100 * share),
      looks: looksOf(values.looks, 14),
      alpha: chanceOf('alpha', values.alpha, 0.05),
      ...spendingOf(values.spending),
      srmAlpha: 0.01,
      seed: wholeOf('seed', values.seed, 1, 0),
    }
    const runs = wholeOf('runs', values.runs, 2000, 1)
    const bar = progress(io, runs)
    let tally: Tally | undefined
    for (let first = 0; first < runs; first += PART) {
      const part = asked(() => stats().simulate(simulation, first, Math.min(PART, runs - first)))
      tally = tally === undefined ? part : sum(tally, part)
      bar.at(tally.runs)
    }
    bar.end()
    if (tally === undefined) return 0
    if (values.json) {
      await io.out(`${JSON.stringify({ simulation, tally }, null, 2)}\n`)
      return 0
    }
    await io.out(text(simulation, tally, io.style.bold))
    return 0
  },
})

function text({ lift, looks, alpha }: Simulation, tally: Tally, bold: (text: string) => string): string {
  const found = (stops: Stops): string => {
    const rate = stops.byLook.reduce((sum, count) => sum + count, 0) / tally.runs
    return `${percent(rate, 2)} ± ${percent(Math.sqrt((rate * (1 - rate)) / tally.runs), 2)}`
  }
  const row = (name: string, stops: Stops): string[] => [
    name,
    found(stops),
    ...(lift === 0 ? [] : [percent(stops.ahead / tally.runs, 2)]),
    whole(stops.units / tally.runs),
  ]
  const rows = [
    ['', lift === 0 ? 'false alarms' : 'found', ...(lift === 0 ? [] : ['treatment ahead']), 'units on average'],
    row(`test at every of ${looks.length} looks`, tally.peeking),
    row('test at the end alone', tally.atEnd),
    row('alpha spent over the looks', tally.spending),
    row('always-valid interval', tally.alwaysValid),
  ]
  const head = `${whole(tally.runs)} ${lift === 0 ? 'A/A' : 'A/B'} runs at alpha ${alpha}, ± one standard error`
  const srm = tally.srm / tally.runs
  return `${bold(head)}\n${columns(rows).join('\n')}\nsample ratio alarms  ${percent(srm, 2)} ± ${percent(Math.sqrt((srm * (1 - srm)) / tally.runs), 2)}\n`
}

function outcomeOf(values: BaselineValues): Outcome {
  const { rate, mean, sd } = values
  if (rate !== undefined && mean !== undefined && sd !== undefined)
    return { kind: 'revenue', rate: percentOf('rate', rate, 0), mean: numberOf('mean', mean, 0), sd: numberOf('sd', sd, 0) }
  const outcome = baselineOf(values)
  if (outcome === undefined) throw new CliError('a simulation needs `--rate`, or `--mean` and `--sd`, or all three', 'see `isoflag simulate --help`')
  return outcome
}

function sum(one: Tally, two: Tally): Tally {
  const stops = (a: Stops, b: Stops): Stops => ({
    byLook: a.byLook.map((count, look) => count + (b.byLook[look] ?? 0)),
    ahead: a.ahead + b.ahead,
    units: a.units + b.units,
  })
  return {
    runs: one.runs + two.runs,
    peeking: stops(one.peeking, two.peeking),
    atEnd: stops(one.atEnd, two.atEnd),
    spending: stops(one.spending, two.spending),
    alwaysValid: stops(one.alwaysValid, two.alwaysValid),
    srm: one.srm + two.srm,
  }
}
