// Two tests of the real world, brought in through POST /v1/events as a server would import them: back-dated, source
// `import`. The report must give their rates, z and p to six digits, and see that Cookie Cats was not split as planned.
//
// Cookie Cats: players who met the first gate at level 30 or 40, and who came back after seven days. Totals of the
// 90,189 players DataCamp published with Tactile Entertainment ("Mobile Games A/B Testing with Cookie Cats").
// The second: 154 of 4,812 against 195 of 4,756, an example articles get wrong (they print p = 0.0142).
//
// Expected values: pooled two-proportion z and its two-sided p, Pearson's chi-square against 50:50, worked out in
// Python 3.11 with math.erfc.

import { DAY, batches, oneExperiment, ownWorker, uuidv7 } from '../lib/api.mjs'

export const needs = ['worker']

const CASES = [
  {
    key: 'cookie-cats',
    what: 'Cookie Cats, gate at level 30 and 40, back after 7 days',
    arms: { gate_30: [44_700, 8_502], gate_40: [45_489, 8_279] },
    z: -3.164358912748,
    p: 0.001554249975614,
    srm: 0.008607987810836,
    alarm: true,
  },
  {
    key: 'textbook',
    what: '154 of 4,812 against 195 of 4,756',
    arms: { control: [4_812, 154], treatment: [4_756, 195] },
    z: 2.347266082491,
    p: 0.018911743861536,
    srm: 0.566981542476670,
    alarm: false,
  },
]

export async function run() {
  const own = await ownWorker()
  try {
    for (const one of CASES) await replay(own, one)
  } finally {
    await own.close()
  }
}

/** Sends one table unit by unit and compares the report with it. */
export async function replay(own, { key, what, arms, z, p, srm, alarm }) {
  const environment = await own.environment(key)
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment(key, Object.fromEntries(Object.keys(arms).map(arm => [arm, 50]))))
  await environment.putExperiments({
    version: 1,
    metrics: { retained: { kind: 'conversion', event: 'retained_day7', windowDays: 14 } },
    experiments: { [key]: { primary: 'retained' } },
  })
  const facts = importable(key, run, arms)
  const from = performance.now()
  for (const batch of batches(facts, 1000)) {
    const { accepted, rejected } = await environment.send(batch, environment.keys.server)
    if (accepted !== batch.length) throw new Error(`${accepted} of ${batch.length} taken: ${JSON.stringify(rejected[0])}`)
  }
  const seconds = (performance.now() - from) / 1000
  const report = await environment.report(key)
  const [metric] = report.metrics
  const { fixed } = metric.comparisons[0]
  console.log(`${what}: ${facts.length} facts in ${seconds.toFixed(1)} s`)
  for (const arm of metric.arms) console.log(`  ${arm.variant}: ${arm.total} of ${arm.units} = ${arm.mean}`)
  console.log(`  ${fixed.test}: z = ${fixed.statistic}, p = ${fixed.pValue}; SRM p = ${report.srm.pValue}${report.srm.alarm ? ', alarm' : ''}`)
  for (const [arm, [units, back]] of Object.entries(arms)) {
    const found = metric.arms.find(one => one.variant === arm)
    equal(`units of ${arm}`, found.units, units)
    same(`rate of ${arm}`, found.mean, back / units)
  }
  same('z', fixed.statistic, z)
  same('p', fixed.pValue, p)
  same('SRM p', report.srm.pValue, srm)
  equal('SRM alarm', report.srm.alarm, alarm)
  return report
}

function importable(key, run, arms) {
  const start = Date.UTC(2017, 0, 30)
  const facts = []
  for (const [variant, [units, back]] of Object.entries(arms)) {
    for (let number = 0; number < units; number++) {
      // Spread over two weeks, as players install.
      const at = start + Math.floor((number / units) * 14 * DAY)
      const unit = `${variant}-${number}`
      facts.push({ type: 'exposure', experiment: key, run, unitType: 'visitorId', unit, variant, at, source: 'import' })
      if (number < back) {
        const came = at + 7 * DAY
        facts.push({ type: 'event', id: uuidv7(came), name: 'retained_day7', units: { visitorId: unit }, at: came, source: 'import' })
      }
    }
  }
  return facts
}

function same(what, found, expected) {
  if (!(Math.abs(found - expected) <= 5e-7 * Math.abs(expected))) throw new Error(`${what} is ${found}, expected ${expected}`)
}

function equal(what, found, expected) {
  if (found !== expected) throw new Error(`${what} is ${found}, expected ${expected}`)
}
