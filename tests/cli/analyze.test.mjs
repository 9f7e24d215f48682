// plan, analyze and simulate: the numbers people check first, and what is refused.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { installCli } from './support.mjs'

const { bin, isoflag, project, put } = await installCli()
const ARMS = 'variant,units,conversions\ncontrol,4812,154\nnew,4756,195\n'
// Fifty units a variant: new spends 3 more; before foretells most of it.
const UNITS = ['variant,value,before,country', ...Array.from({ length: 400 }, (_, i) => {
  const [variant, before] = [i % 2 ? 'new' : 'control', (i * 7919) % 40]
  return `${variant},${before + ((i * 31) % 9) + (i % 2 ? 3 : 0)},${before},${i % 3 ? 'at' : 'de'}`
})].join('\n')
before(() => put({ 'arms.csv': ARMS, 'units.csv': UNITS, 'arms.json': [{ variant: 'control', units: 4812, conversions: 154 }, { variant: 'new', units: 4756, conversions: 195 }] }))

const json = async (args, { note = '', ...options } = {}) => {
  const { code, out, err } = await isoflag([...args, '--json'], options)
  assert.equal(err, note)
  return { code, ...JSON.parse(out) }
}

test('a sample is what textbooks say, and not what widely read articles say', async () => {
  assert.equal((await json(['plan', '--rate', '3', '--lift', '10'])).fixed.control, 53_211)
  assert.equal((await json(['plan', '--rate', '5', '--lift', '10'])).fixed.control, 31_234)
  const { out } = await isoflag(['plan', '--rate', '3', '--lift', '10', '--daily', '5000', '--looks', '4'])
  for (const part of ['for the looks', 'stop at |z| of', 'read once at the end of']) assert.ok(out.includes(part), out)
  // The arms are what all of them are made of, looks paid for.
  const number = name => Number(new RegExp(`^${name} +([\\d,]+)`, 'm').exec(out)[1].replaceAll(',', ''))
  assert.equal(number('control') + number('treatment'), number('all arms'))
  assert.ok(number('control') > 53_211)
})

test('arms as CSV, as JSON and on standard input are judged alike', async () => {
  const reports = await Promise.all([json(['analyze', 'arms.csv']), json(['analyze', 'arms.json']), json(['analyze', '-'], { input: ARMS })])
  for (const { code, metrics, verdict } of reports) {
    assert.equal(code, 0)
    const { fixed } = metrics[0].comparisons[0]
    assert.ok(Math.abs(fixed.statistic - 2.347266082490601) < 1e-12 && Math.abs(fixed.pValue - 0.018911743861535556) < 1e-12, JSON.stringify(fixed))
    assert.deepEqual([fixed.valid, verdict.state, verdict.mayStop], [false, 'collecting', false])
  }
})

test('the text has the interval beside each p, what it is valid for, and the checks', async () => {
  const { code, out } = await isoflag(['analyze', 'arms.csv'])
  assert.equal(code, 0)
  for (const part of ['Not decided yet', 'any time', 'p = 0.019', 'never valid: no sample was planned', 'Sample ratio', 'two-proportion z, pooled']) assert.ok(out.includes(part), part)
})

const SEVERAL = [
  'metric,variant,units,conversions,sum,sum_squares',
  'orders,control,4812,154,,',
  'orders,new,4756,195,,',
  'revenue,control,4812,,9240,912000',
  'revenue,new,4756,,9100,905000',
].join('\n')

test('arms of several metrics are one report: the first is primary, the others are corrected', async () => {
  const { code, metrics } = await json(['analyze', '-'], { input: SEVERAL })
  assert.equal(code, 0)
  assert.deepEqual(metrics.map(({ key, kind, role }) => [key, kind, role]), [['orders', 'conversion', 'primary'], ['revenue', 'sum', 'secondary']])
  const [orders, revenue] = metrics.map(metric => metric.comparisons[0].fixed)
  assert.ok(Math.abs(orders.pValue - 0.018911743861535556) < 1e-12, JSON.stringify(orders))
  // By hand, Welch's t from the sums.
  const arm = (n, sum, squares) => ({ mean: sum / n, part: (squares - (sum * sum) / n) / (n - 1) / n })
  const [control, treatment] = [arm(4812, 9240, 912000), arm(4756, 9100, 905000)]
  const t = (treatment.mean - control.mean) / Math.sqrt(control.part + treatment.part)
  assert.ok(Math.abs(revenue.statistic - t) < 1e-9, `${revenue.statistic} ${t}`)
  // The same with days, in any order of rows.
  const days = ['2026-11-02', '2026-11-03']
  const [head, ...rows] = SEVERAL.split('\n')
  const halves = rows.flatMap(row => days.map((day, i) => {
    const half = cell => (cell === '' || !/^\d+$/.test(cell) ? cell : i ? Math.floor(cell / 2) : Math.ceil(cell / 2))
    return `${day},${row.split(',').map(half).join(',')}`
  }))
  const daily = await json(['analyze', '-'], { input: [`day,${head}`, ...halves.reverse()].join('\n') })
  assert.equal(daily.series.length, 2)
  const same = daily.metrics.find(metric => metric.key === 'orders').comparisons[0].fixed
  assert.ok(Math.abs(same.pValue - orders.pValue) < 1e-12)
})

test('arms take their metrics, their roles and their second numbers from experiments.json', async () => {
  await put({
    'several.json': {
      version: 1,
      metrics: { orders: { kind: 'conversion', event: 'order' }, revenue: { kind: 'ratio', event: 'paid', property: 'value', denominator: { event: 'order' } } },
      experiments: { x: { primary: 'orders', counters: ['revenue'] } },
    },
  })
  const arms = [
    { metric: 'revenue', variant: 'control', units: 1000, sum: 4000, sum_squares: 90000, second_sum: 400, second_sum_squares: 900, cross: 8800 },
    { metric: 'revenue', variant: 'new', units: 1000, sum: 4600, sum_squares: 99000, second_sum: 400, second_sum_squares: 900, cross: 9300 },
    { metric: 'orders', variant: 'control', units: 1000, conversions: 300 },
    { metric: 'orders', variant: 'new', units: 1000, conversions: 310 },
  ]
  const { metrics } = await json(['analyze', '-', '-x', 'several.json'], { input: JSON.stringify(arms) })
  assert.deepEqual(metrics.map(({ key, role }) => [key, role]), [['orders', 'primary'], ['revenue', 'counter']])
  assert.deepEqual(metrics[1].arms.map(arm => arm.mean.toFixed(9)), ['10.000000000', '11.500000000'])
  // Arms that name no metric are of the primary one.
  const only = await json(['analyze', 'arms.csv', '-x', 'several.json'], { note: 'note: `arms.csv` has nothing of `revenue`: left out\n' })
  assert.ok(Math.abs(only.metrics[0].comparisons[0].fixed.pValue - 0.018911743861535556) < 1e-12)
  assert.deepEqual(only.metrics.map(({ key }) => key), ['orders'], 'what nobody measured is not 0')
})

test('a table without days says how long it counts as, and nobody stays away', async () => {
  const plan = { version: 1, metrics: { orders: { kind: 'conversion', event: 'order' } }, experiments: { x: { primary: 'orders', plan: { baseline: 3.2, mde: 10 } } } }
  await put({ 'plan.json': plan })
  const { out, err } = await isoflag(['analyze', 'arms.csv', '-x', 'plan.json'])
  assert.match(out, /At 683 units a day, the planned 99,554 units and at least 14 days are reached in about 132 days\./)
  assert.equal(err, 'note: `arms.csv` has no column `day`: it counts as 14 days; say how long it was with --days\n')
  const week = await isoflag(['analyze', 'arms.csv', '-x', 'plan.json', '--days', '7'])
  assert.match(week.out, /At 1,367 units a day/)
  assert.equal(week.err, '')
})

test('arms that do not fit together are told apart', async () => {
  const [head, ...rows] = SEVERAL.split('\n')
  const cases = [
    [[...rows.slice(0, 3), rows[3].replace('4756', '4750')], /`new` has 4750 units in `revenue` and 4756 in `orders`/],
    [rows.slice(0, 3), /`new` has no row of the metric `revenue`/],
    [[rows[0].replace('154', '4813'), rows[1]], /row 1: `conversions` is a whole number up to the units/],
    [[rows[0].replace('154', ''), rows[1]], /row 1: an arm needs `conversions`, or `sum` and `sum_squares`/],
    [[rows[0].replace('orders', ''), rows[1]], /row 1: `metric` is empty/],
  ]
  for (const [table, message] of cases) {
    const { code, err } = await isoflag(['analyze', '-'], { input: [head, ...table].join('\n') })
    assert.deepEqual([code, message.test(err)], [2, true], err)
  }
  for (const option of [['--lower'], ['--kind', 'sum']]) {
    const { code, err } = await isoflag(['analyze', '-', ...option], { input: SEVERAL })
    assert.deepEqual([code, /the table has several/.test(err)], [2, true], err)
  }
})

test('units are adjusted by what was before, and looked at by segment as exploration', async () => {
  const report = await json(['analyze', 'units.csv', '--segment', 'country'])
  const [metric] = report.metrics
  const [comparison] = metric.comparisons
  assert.deepEqual([metric.kind, metric.method.cuped, report.units.total], ['sum', true, 400])
  assert.ok(comparison.adjusted.varianceReduction > 0.9, JSON.stringify(comparison.adjusted))
  // By hand: the means of the table, not adjusted.
  const rows = UNITS.split('\n').slice(1).map(row => row.split(','))
  const mean = variant => rows.filter(row => row[0] === variant).reduce((sum, row) => sum + Number(row[1]), 0) / 200
  assert.ok(Math.abs(comparison.adjusted.rawDifference - (mean('new') - mean('control'))) < 1e-9)
  assert.deepEqual(report.segments.map(({ dimension, planned, values }) => [dimension, planned, values.length]), [['country', false, 2]])
})

test('quantiles are read from the same bins', async () => {
  const { metrics } = await json(['analyze', 'units.csv', '--kind', 'quantile:0.5'])
  const values = UNITS.split('\n').slice(1).map(row => row.split(',')).filter(row => row[0] === 'new').map(row => Number(row[1])).sort((a, b) => a - b)
  assert.ok(Math.abs(metrics[0].arms.find(arm => arm.variant === 'new').mean - values[100]) <= 1, JSON.stringify(metrics[0].arms))
})

test('experiments.json brings the plan, its metrics and its segments', async () => {
  await put({
    'experiments.json': {
      version: 1,
      metrics: { value: { kind: 'sum', event: 'paid', property: 'value', preDays: 14 }, slow: { kind: 'conversion', event: 'slow', direction: 'decrease' } },
      experiments: { x: { primary: 'value', guardrails: [{ metric: 'slow', margin: 10 }], segments: ['country'], plan: { baseline: 20, mde: 10, standardDeviation: 12 } } },
    },
  })
  const report = await json(['analyze', 'units.csv', '-x', 'experiments.json', '--days', '14'], { note: 'note: `units.csv` has nothing of `slow`: left out\n' })
  assert.deepEqual([report.segments[0].planned, report.plan.requiredTotal > 0, report.metrics.map(metric => metric.key)], [true, true, ['value']])
  await put({ 'wrong.json': { version: 1, metrics: {}, experiments: { x: { primary: 'valeu' } } } })
  const { code, err } = await isoflag(['analyze', 'arms.csv', '-x', 'wrong.json'])
  assert.deepEqual([code, /there is no metric `valeu`/.test(err)], [2, true], err)
})

test('planned looks are shown with what stops the test and what they found', async () => {
  await put({
    'looks.json': {
      version: 1,
      metrics: { orders: { kind: 'conversion', event: 'order' } },
      experiments: { x: { primary: 'orders', plan: { baseline: 3, mde: 40, looks: { at: [0.5, 1], spending: 'pocock' } } } },
    },
  })
  const input = 'variant,units,conversions\ncontrol,3000,90\nnew,3000,150\n'
  const report = await json(['analyze', '-', '-x', 'looks.json', '--days', '14'], { input })
  const [first, last] = report.plan.looks.looks
  assert.ok(first.day !== null && first.arms[0].crossed && last.day === null, JSON.stringify(report.plan.looks))
  const { out } = await isoflag(['analyze', '-', '-x', 'looks.json'], { input })
  assert.match(out, /planned looks/)
  assert.match(out, new RegExp(`50% .* stops at \\|z\\| ${first.boundary.toPrecision(4)} .* new z ${first.arms[0].z.toPrecision(4)}, past it, .* points to .* points on ${first.day}`))
  assert.match(out, /100% .* to come/)
})

test('a broken split blocks reading on and ends with code 1', async () => {
  const { code, out } = await isoflag(['analyze', '-'], { input: 'variant,units,conversions\ncontrol,5000,160\nnew,4500,200\n' })
  assert.equal(code, 1)
  assert.match(out, /^Do not read the results/)
  assert.ok(!out.includes('any time'), out)
})

test('a simulation is the same for the same seed, and daily looks do what they do', async () => {
  const args = ['simulate', '--rate', '20', '--units', '2000', '--looks', '10', '--runs', '400']
  const [one, two, other] = await Promise.all([json([...args, '--seed', '7']), json([...args, '--seed', '7']), json([...args, '--seed', '8'])])
  assert.deepEqual(one, two)
  assert.notDeepEqual(one.tally, other.tally)
  const rate = stops => stops.byLook.reduce((sum, count) => sum + count, 0) / one.tally.runs
  // Ten looks at 5 % make 19.3 %; four standard errors of 400 runs.
  const error = 4 * Math.sqrt((0.193 * 0.807) / 400)
  assert.ok(Math.abs(rate(one.tally.peeking) - 0.193) < error, String(rate(one.tally.peeking)))
  assert.ok(rate(one.tally.alwaysValid) <= 0.05 + 4 * Math.sqrt((0.05 * 0.95) / 400))
  const { out } = await isoflag(args)
  for (const part of ['400 A/A runs', 'false alarms', '±', 'sample ratio alarms']) assert.ok(out.includes(part), out)
})

test('a bar shows on a terminal how far 10,000 runs are, and nothing where nobody looks', { skip: process.platform !== 'linux' && 'the terminal is util-linux `script`' }, async () => {
  const args = ['simulate', '--rate', '5', '--units', '2000', '--looks', '10', '--runs', '10000', '--seed', '3', '--json']
  const piped = await isoflag(args)
  assert.deepEqual([piped.code, piped.err], [0, ''])
  assert.equal(JSON.parse(piped.out).tally.runs, 10_000)
  // The result goes to a file, so that the terminal has the bar alone.
  const shell = `'${process.execPath}' '${bin}' ${args.join(' ')} > tally.json`
  const seen = await new Promise((done, failed) => {
    const child = spawn('script', ['-qec', shell, '/dev/null'], { cwd: project, env: { PATH: process.env.PATH, TERM: 'xterm' }, stdio: ['ignore', 'pipe', 'inherit'] })
    const chunks = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.on('error', failed)
    child.on('close', () => done(Buffer.concat(chunks).toString()))
  })
  const shown = [...seen.matchAll(/\r(█*)(░*) (\d+)%/g)].map(([, full, rest, percent]) => [full.length, full.length + rest.length, Number(percent)])
  assert.equal(shown.length, 200, seen.slice(0, 200))
  assert.ok(shown.every(([full, width, percent]) => width === 40 && full >= Math.floor((40 * percent) / 100) && full <= Math.floor((40 * (percent + 1)) / 100)), JSON.stringify(shown))
  assert.ok(shown.every(([, , percent], i) => i === 0 || percent >= shown[i - 1][2]) && shown.at(-1)[2] === 100)
  assert.ok(seen.endsWith('\r\u001b[K'), 'the bar is wiped away')
  assert.equal(await readFile(join(project, 'tally.json'), 'utf8'), piped.out)
})

test('tables and numbers are read as people write them', async () => {
  const expected = (await json(['analyze', 'arms.csv'])).metrics
  for (const input of [
    'variant;units;conversions\ncontrol;4812;154\nnew;4756;195\n',
    'variant\tunits\tconversions\r\ncontrol\t4812\t154\r\nnew\t4756\t195\r\n',
    'variant,units,conversions\ncontrol,"4,812",154\nnew,4_756,195\n',
  ])
    assert.deepEqual((await json(['analyze', '-'], { input })).metrics, expected, input)
  const decimal = 'variant;units;sum;sum_squares\ncontrol;100;20,5;90,25\nnew;100;0,125;1234,5678\n'
  const { arms } = (await json(['analyze', '-'], { input: decimal })).metrics[0]
  assert.deepEqual(arms.map(({ mean }) => mean), [0.205, 0.00125])
  const either = await isoflag(['analyze', '-'], { input: 'variant;units;conversions\ncontrol;4,812;154\nnew;4,756;195\n' })
  assert.deepEqual([either.code, /row 2: `4,812` may be 4\.812 or 4812/.test(either.err)], [2, true], either.err)

  const plain = await json(['plan', '--rate', '3', '--lift', '10', '--daily', '10000', '--looks', '0.25,0.5,1'])
  assert.deepEqual(await json(['plan', '--rate', '3%', '--lift', '10 %', '--daily', '10,000', '--looks', '25%,50%,100%', '--alpha', '5%', '--power', '80%']), plain)
  assert.equal(plain.control + plain.treatment, plain.units)
  assert.match((await isoflag(['plan', '--rate', '3', '--lift', '-10'])).out, /^to find {4}3% to 2\.7%, −10\.0%\n[\s\S]*\npower {6}80%\n/)
})

test('what a table lacks is told with what it has, and what is wrong with the plans before that', async () => {
  const said = async (input, ...args) => isoflag(['analyze', '-', ...args], { input }).then(({ code, err }) => `${code} ${err}`)
  assert.match(await said('varaint,units,conversions\na,1,1\n'), /^2 .*no column `variant`, did you mean `varaint`\?\nits columns are varaint, units, conversions\n$/)
  assert.match(await said('variant,unit,conversions\na,1,1\n'), /^2 .*neither `units`, for an arm a row, nor `value`, for a unit a row, did you mean `unit`\?\nits columns are variant, unit, conversions;/)
  await put({ 'none.json': { version: 1 }, 'slip.json': { version: 1, metrics: { a: { kind: 'coutn', event: 'a' } } }, 'one.json': { version: 1, metrics: { a: { kind: 'count', event: 'a' } }, experiments: { x: { primary: 'a' } } } })
  assert.match(await said('variant,units,conversion\na,1,1\n'), /row 1: an arm needs `conversions`, or `sum` and `sum_squares`, did you mean `conversion`\?\nthe columns are/)
  assert.match(await said('{"a": 1}'), /is a JSON object; a table is a list of them/)
  assert.match(await said('', '-x', 'slip.json'), /^2 slip\.json:\d+:\d+ error \$\.metrics\["a"\]\.kind\n/)
  assert.match(await said(ARMS, '-x', 'none.json'), /has no experiment/)
  assert.match(await said(ARMS, '-x', 'one.json', '--experiment', 'y'), /there is no experiment `y`, did you mean `x`\?|there is no experiment `y`/)
  assert.match(await said('variant,aa\ncontrol,1\n', '-x', 'one.json'), /no column `a`/)
})

test('what makes no sense is told, with code 2', async () => {
  const cases = [
    [['plan', '--rate', '3'], /needs `--lift`/],
    [['plan', '--rate', 'x', '--lift', '10'], /`--rate` is a number, `x` was found/],
    [['plan', '--rate', '3,2', '--lift', '10'], /`3,2` was found\na comma groups digits, as in 10,000; write 3\.2\n/],
    [['plan', '--rate', '60', '--lift', '80'], /the lift takes the rate to 108.0 %, which no rate can be/],
    [['plan', '--lift', '10'], /either `--rate`, or `--mean` and `--sd`/],
    [['analyze', 'arms.csv', '--kind', 'coversion'], /did you mean `conversion`/],
    [['analyze', 'arms.csv', '--shares', 'control=50,nw=50'], /no row has that variant, did you mean `new`\?/],
    [['analyze', 'arms.csv', '--shares', 'control=50'], /gives no share to `new`/],
    [['analyze'], /a table is missing/],
    [['analyze', 'none.csv'], /there is no such file/],
    [['analyze', 'units.csv', '--segment', 'contry'], /no column `contry`/],
    [['analyze', 'arms.csv', '--control', 'old'], /no row has the variant `old`/],
    [['simulate', '--rate', '3'], /needs `--units`/],
    [['simulate', '--rate', '3', '--units', '100', '--spending', 'pokock'], /did you mean `pocock`/],
  ]
  for (const [args, message] of cases) {
    const { code, out, err } = await isoflag(args)
    assert.deepEqual([code, out], [2, ''], args.join(' '))
    assert.match(err, message)
  }
  const { code, err } = await isoflag(['analyze', '-'], { input: 'variant,value\ncontrol,1\nnew,many\n' })
  assert.deepEqual([code, /row 2: `value` is a number, `many` was found/.test(err)], [2, true], err)
})
