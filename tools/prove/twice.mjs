// Sending every batch twice changes no number. A shop's log of random visitors is sent once into one environment; into
// another every batch is sent twice, in another order and several at a time. The two reports must be equal, digit by digit.

import { isDeepStrictEqual } from 'node:util'
import { DAY, batches, oneExperiment, ownWorker, uuidv7 } from '../lib/api.mjs'

export const needs = ['worker']

const METRICS = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 7 },
  orders: { kind: 'count', event: 'bought', windowDays: 7 },
  // Whole cents: then sums are exact whatever the order of the additions, and equal can mean equal.
  revenue: { kind: 'sum', event: 'bought', property: 'cents', windowDays: 7, unit: 'cent' },
}

export async function run([visitors = '20000'] = []) {
  // Its site decides by itself who sees what, and says which visitors saw two.
  const own = await ownWorker({ signs: true })
  try {
    const once = await prepare(own, 'once')
    const twice = await prepare(own, 'twice')
    if (once.run !== twice.run) throw new Error('the same datafile gave two runs')
    const facts = log(once.run, Number(visitors))
    const parts = [...batches(facts, 500)]
    let repeats = 0 // repeats within the log itself, as when a page shows a variant again
    for (const part of parts) repeats += (await once.send(part)).duplicates
    const again = [...parts, ...parts].map(part => [Math.random(), part]).sort((a, b) => a[0] - b[0])
    let duplicates = 0
    for (const some of batches(again, 4)) {
      for (const answer of await Promise.all(some.map(([, part]) => twice.send(part)))) duplicates += answer.duplicates
    }
    const [one, two] = await Promise.all([once.report('shop'), twice.report('shop')].map(strip))
    console.log(`${facts.length} facts once, and twice in another order: ${duplicates} recognised as sent before, ${repeats} of them in the log itself`)
    for (const metric of one.metrics) console.log(`  ${metric.key}: ${metric.arms.map(arm => `${arm.variant} ${arm.total} of ${arm.units}`).join(', ')}`)
    if (duplicates !== facts.length + repeats) throw new Error(`${duplicates} duplicates, expected ${facts.length + repeats}`)
    if (one.units.total === 0 || one.units.mixed === 0 || one.metrics[2].arms[0].total === 0) throw new Error('the log was too tame to prove anything')
    if (!isDeepStrictEqual(one, two)) throw new Error(`the reports differ:\n${JSON.stringify(one)}\n${JSON.stringify(two)}`)
    console.log('  both reports are equal in every number')
  } finally {
    await own.close()
  }
}

async function prepare(own, name) {
  const environment = await own.environment(name)
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('shop', { control: 50, fresh: 50 }))
  await environment.putExperiments({ version: 1, metrics: METRICS, experiments: { shop: { primary: 'bought', secondary: ['orders', 'revenue'] } } })
  return { ...environment, run }
}

/** What depends on when one asks and not on what happened. */
async function strip(report) {
  const { generatedAt, openedAt, ...rest } = await report
  return rest
}

function log(run, visitors) {
  const below = limit => Math.floor(Math.random() * limit)
  const start = (Math.floor(Date.now() / DAY) - 40) * DAY
  return Array.from({ length: visitors }, () => {
    const at = start + below(20 * DAY)
    const unit = uuidv7(at)
    const variant = below(2) ? 'control' : 'fresh'
    const shown = (variant, later) => ({ type: 'exposure', experiment: 'shop', run, unitType: 'visitorId', unit, variant, at: at + later })
    const facts = [shown(variant, 0)]
    for (let views = below(3); views > 0; views--) facts.push(shown(variant, below(10 * DAY)))
    if (below(200) === 0) facts.push(shown(variant === 'control' ? 'fresh' : 'control', below(DAY)))
    for (let orders = below(10) ? 0 : 1 + below(3); orders > 0; orders--) {
      const when = at - DAY + below(12 * DAY)
      facts.push({ type: 'event', id: uuidv7(when), name: 'bought', units: { visitorId: unit, userId: `u-${unit}` }, at: when, properties: { cents: below(20_000) } })
    }
    return facts
  }).flat()
}
