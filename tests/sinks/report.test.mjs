// The ledger, PostgreSQL's SQL over the sink, and the slow reference give the same answer: random logs with duplicates, late events,
// skewed clocks, links that come late, several arms, units that saw two, losses told twice, a run that is published
// late, and metrics that change on the way.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cells, differs, givenBy } from '../worker/reference.mjs'
import { DAY, batches, daysAgo, must, oneExperiment, ownWorker, request, seeded, signExposure, sinksOf, startPostgres, until, uuidv7 } from './kit.mjs'

let db
let own
const start = daysAgo(40)

before(async () => {
  // Counted in small steps, of which there are several each time.
  db = await startPostgres({ flags: ['-c', 'isoflag.step=37'] })
  own = await ownWorker({ vars: { ISOFLAG_POSTGRES_URL: db.url } })
})
after(async () => {
  await own?.close()
  await db?.close()
})

const METRICS = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 3 },
  visits: { kind: 'count', event: 'visit', windowDays: 10, preDays: 5 },
  revenue: { kind: 'sum', event: 'bought', property: 'value', windowDays: 7, cap: 60, preDays: 9 },
  tamed: { kind: 'sum', event: 'bought', property: 'value', capQuantile: 0.9 },
  basket: { kind: 'ratio', event: 'bought', property: 'value', denominator: { event: 'visit' }, windowDays: 9 },
  spread: { kind: 'ratio', event: 'bought', denominator: { event: 'visit', property: 'value' } },
  back: { kind: 'retention', event: 'visit', days: { from: 2, to: 6 } },
  middle: { kind: 'quantile', quantile: 0.5, event: 'bought', property: 'value', windowDays: 20 },
  busy: { kind: 'quantile', quantile: 0.9, event: 'visit', windowDays: 20 },
}
const CHANGED = { ...METRICS, bought: { kind: 'count', event: 'bought', windowDays: 8 }, revenue: { ...METRICS.revenue, cap: 45.5 } }
const ARMS = { control: 40, one: 20, two: 20, Drei: 20 }
const given = givenBy('checkout', ARMS)

const plan = metrics => {
  const [primary, ...secondary] = Object.keys(metrics)
  return { version: 1, metrics, experiments: { checkout: { primary, secondary } } }
}

function makeFacts(random, runs, length) {
  const devices = Array.from({ length: 80 }, (_, i) => `v-${random.below(1e9)}-é"${i}`)
  const at = () => start + random.below(25 * DAY)
  const facts = []
  while (facts.length < length) {
    const device = random.pick(devices)
    const user = `u-${devices.indexOf(device) % 50}`
    const kind = random.below(20)
    if (kind < 2 && facts.length > 10) facts.push(random.pick(facts))
    else if (kind < 8) {
      const own = random.below(15) > 0
      const variant = own ? given(device) : random.pick(Object.keys(ARMS))
      const [run, older, later] = runs
      const which = random.below(6)
      const fact = { type: 'exposure', experiment: 'checkout', run: which === 0 ? older : which === 1 ? later : run, unitType: 'visitorId', unit: device, variant, at: at() }
      // Of a run that is not published yet no preview is kept.
      if (fact.run === later) facts.push(fact)
      else facts.push({ ...fact, ...(random.below(own ? 8 : 2) === 0 ? { source: 'import' } : {}), ...(random.below(6) === 0 ? { override: true } : {}) })
    } else if (kind < 9) facts.push({ type: 'alias', unitType: 'visitorId', unit: device, toType: 'userId', to: user, at: at() })
    else {
      const time = at()
      // Half of the payments know only the user.
      const units = random.below(3) === 0 ? { userId: user } : { visitorId: device, ...(random.below(3) === 0 ? { userId: user, accountId: `a-${user}` } : {}) }
      const value = random.pick([random.below(10_000) / 100, random.below(100), -5, 0, '12', null, undefined, 1e-3, 1e-7, 1e-155, 1e-200, ...(random.below(6) === 0 ? [1e12] : [])])
      facts.push({ type: 'event', id: uuidv7(time, random.bytes(10)), name: random.pick(['bought', 'visit', 'visit', 'other']), units, at: time, properties: { value, ä: [value] } })
    }
  }
  return facts
}

for (const seed of [11, 12, 13]) {
  test(`random facts, seed ${seed}`, async () => {
    const random = seeded(seed)
    const environment = await own.environment(`random-${seed}`)
    const elsewhere = await own.environment(`elsewhere-${seed}`)
    const later = (await elsewhere.putDatafile(oneExperiment('checkout', ARMS, { restart: 2 }))).experiments[0].run
    const older = (await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 1 }))).experiments[0].run
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    let metrics = METRICS
    await environment.putExperiments(plan(metrics))
    const known = [run, older]
    const sent = []
    const openings = async () => Object.fromEntries((await environment.list())[0].runs.map(one => [one.run, one.openedAt]))
    let opened = await openings()
    // What each sender said last, by reason.
    const lost = new Map()
    const losses = () => {
      const sender = `s-${random.below(5)}`
      const counts = lost.get(sender) ?? lost.set(sender, {}).get(sender)
      const reason = random.pick(['queue_full', 'too_large', 'bot'])
      // An older word that comes late adds nothing.
      if (random.below(4) === 0) return { sender, dropped: { [reason]: Math.floor((counts[reason] ?? 0) / 2) } }
      counts[reason] = (counts[reason] ?? 0) + random.below(3)
      return { sender, dropped: { ...counts } }
    }
    const dropped = () => {
      const sums = {}
      for (const counts of lost.values()) for (const [reason, count] of Object.entries(counts)) if (count > 0) sums[reason] = (sums[reason] ?? 0) + count
      return Object.keys(sums).length > 0 ? { dropped: sums } : {}
    }
    // Clocks go wrong by hours; what they state is kept, and how wrong they are stands beside it.
    const send = events => must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.server, body: { sentAt: Date.now() + random.below(7_200_000) - 3_600_000, events, ...(random.below(2) === 0 ? losses() : {}) } })
    const sql = async which => (await db.query('SELECT isoflag.observed($1, $2, $3, $4, $5) AS cells', [environment.environment, 'checkout', which, JSON.stringify(metrics), opened[which]]))[0].cells
    const check = async message => {
      const expected = known.map(which => ({ ...cells(sent, { experiment: 'checkout', run: which, metrics, arms: ARMS }), ...dropped() }))
      assert.ok(expected[0].units.length > 0)
      for (const [i, which] of known.entries()) assert.equal(differs(await environment.cells('checkout', which), expected[i]), null, `${message}: the ledger`)
      // After the ledger was asked: what that judged goes to the sink as well.
      await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
      for (const [i, which] of known.entries()) assert.equal(differs(await sql(which), expected[i]), null, `${message}: PostgreSQL`)
    }
    const { key } = await must(200, `${environment.url}/v1/attestation-key`, { key: environment.keys.server })
    const signed = fact => (fact.type === 'exposure' && fact.run !== later && random.below(6) === 0 ? { ...fact, attestation: signExposure(environment.environment, Buffer.from(key, 'hex'), fact) } : fact)
    const parts = [...batches(random.shuffle(makeFacts(random, [run, older, later], 1400).map(signed)), 60)]
    for (const [number, part] of parts.entries()) {
      assert.deepEqual((await send(part)).rejected, [])
      sent.push(...part)
      if (random.below(3) === 0) await send(random.pick(parts.slice(0, number + 1)))
      if (number % 6 === 2) await check(`after part ${number}`)
      if (number === 10) {
        metrics = CHANGED
        await environment.putExperiments(plan(metrics))
        await check('with other metrics')
      }
      if (number === 14) {
        const open = (await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 2 }))).experiments[0].run
        assert.equal(open, later)
        known.push(later)
        opened = await openings()
        await check('with the run that was unknown')
      }
    }
    await check('at the end')
    // Other shards send everything once more.
    while ((await must(200, `${environment.url}/v1/reshard`, { method: 'POST', key: environment.keys.admin, body: { shards: seed - 9 } })).state !== 'done');
    await send([])
    await check('in other shards')
    const [{ dead }] = await sinksOf(environment, request)
    assert.equal(dead, 0)
    // Whoever asks again gets the same, and two who ask at once do not count twice.
    const [one, two] = await Promise.all([sql(run), sql(run)])
    assert.deepEqual(one, two)
  })
}

test('what was judged late, and what is no arm, is in PostgreSQL what it is in the ledger', async () => {
  const environment = await own.environment('early')
  const elsewhere = await own.environment('early-elsewhere')
  const { run } = (await elsewhere.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
  const shown = (unit, variant) => ({ type: 'exposure', experiment: 'checkout', run, unitType: 'visitorId', unit, variant, at: start })
  const units = Array.from({ length: 40 }, (_, i) => `v-${i}`)
  await environment.send(units.flatMap(unit => [shown(unit, given(unit)), shown(unit, 'made-up'), shown(unit, 'made-up, too')]))
  const sql = async () => (await db.query('SELECT isoflag.observed($1, $2, $3, $4) AS cells', ['early', 'checkout', run, '{}']))[0].cells
  const sum = (cells, of, by) => (cells ?? []).filter(by).reduce((total, cell) => total + of(cell), 0)
  const line = ({ units, verdicts }) => [sum(units, ({ units }) => units, () => true), sum(verdicts, ({ exposures }) => exposures, ({ variant }) => variant === ''), verdicts.length]
  await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
  assert.deepEqual(line(await sql()), [0, 120, 1])
  assert.equal((await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0].run, run)
  await environment.putExperiments(plan({ bought: METRICS.bought }))
  await environment.send([shown('v-0', ...Object.keys(ARMS).filter(variant => variant !== given('v-0')).slice(0, 1))])
  const ledger = await environment.cells('checkout')
  assert.deepEqual(line(ledger), [40, 80, 6])
  await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
  assert.equal(differs(await sql(), { ...ledger, metrics: {} }), null)
})
