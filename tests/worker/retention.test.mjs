// Old events go, a step at a time, and no number of a report changes: before and after, the cells are the slow reference's.
//
// The worker's clock is the real one. Facts from weeks ago are sent to a worker that keeps everything; started again with a retention of
// seconds it lets go of what is older, and started once more with a long one it is an ordinary worker with a past.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, differs, givenBy } from './reference.mjs'
import { DAY, METRICS, batches, daysAgo, event, exposure, must, oneExperiment, ownWorker, plan, request, seeded, uuidv7 } from './kit.mjs'
import { endpoint, until } from '../sinks/kit.mjs'

const KEEP_ALL = { ISOFLAG_RETENTION_DAYS: '0' }
const KEEP_A_SECOND = { ISOFLAG_RETENTION_DAYS: '0.00001' }
const KEEP_A_MONTH = { ISOFLAG_RETENTION_DAYS: '30' }

const KINDS = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 3, preDays: 5 },
  visits: { kind: 'count', event: 'visit', windowDays: 10, preDays: 10 },
  value: { kind: 'ratio', event: 'bought', property: 'value', denominator: { event: 'visit' }, windowDays: 7 },
  back: { kind: 'retention', event: 'visit', days: { from: 1, to: 3 } },
  median: { kind: 'quantile', event: 'bought', property: 'value', quantile: 0.5, windowDays: 10 },
  capped: { kind: 'sum', event: 'bought', property: 'value', cap: 50, preDays: 10, windowDays: 7 },
  tamed: { kind: 'sum', event: 'bought', property: 'value', capQuantile: 0.9, windowDays: 14 },
}
/** The longest look back of any of them: events are kept for so much longer. */
const LOOKS_BACK = 10 * DAY

const retentionOf = async environment => (await must(200, `${environment.url}/v1/sinks`, { key: environment.keys.admin })).retention

async function exported(environment, kind = 'events') {
  const lines = []
  for (let after = ''; ; ) {
    const page = await request(`${environment.url}/v1/export?kind=${kind}&after=${after}`, { key: environment.keys.admin })
    lines.push(...page.text.split('\n').filter(Boolean).map(line => JSON.parse(line)))
    after = page.headers.get('isoflag-after')
    if (page.headers.get('isoflag-more') === 'false') return lines
  }
}

/** Waits until no more events are left than these, and holds them to it. Asking for the status wakes shards that sleep. */
async function left(environment, events) {
  await until(async () => (await retentionOf(environment), (await exported(environment)).length), length => length <= events.length)
  assert.deepEqual((await exported(environment)).map(one => one.id).sort(), events.map(one => one.id).sort())
}

const ARMS = { control: 50, one: 25, two: 25 }
const given = givenBy('checkout', ARMS)
const FAIR = { control: 50, fresh: 50 }
const tossed = givenBy('checkout', FAIR)

function makeFacts(random, runs, start, length) {
  const device = () => `d-${random.below(60)}`
  const user = () => `u-${random.below(20)}`
  return Array.from({ length }, () => {
    const at = start + random.below(20 * DAY)
    const kind = random.below(10)
    if (kind < 3) {
      const unit = device()
      // Another arm than its own is what a server brings in, or nobody believes.
      const own = random.below(15) > 0
      const brought = random.below(own ? 8 : 2) === 0 ? { source: 'import' } : {}
      const variant = own ? given(unit) : 'two'
      const [run, older, later] = runs
      // Of a run that is not published yet no preview is kept.
      if (random.below(6) === 0) return exposure(later, unit, variant, at)
      return exposure(random.below(8) === 0 ? older : run, unit, variant, at, { ...brought, ...(random.below(8) === 0 ? { override: true } : {}) })
    }
    if (kind < 4) return { type: 'alias', unitType: 'visitorId', unit: device(), toType: 'userId', to: user(), at }
    const units = random.pick([{ userId: user() }, { visitorId: device() }, { visitorId: device() }, { visitorId: device(), userId: user() }])
    const value = random.pick([random.below(10_000) / 100, random.below(100), -5, 0, '12', undefined])
    return { type: 'event', id: uuidv7(at, random.bytes(10)), name: random.pick(['bought', 'visit', 'visit', 'other']), units, at, properties: { value } }
  })
}

for (const seed of [1, 2, 3]) {
  test(`reports are the same before and after events went, seed ${seed}`, async () => {
    const random = seeded(seed)
    const own = await ownWorker({ vars: { ...KEEP_ALL, ISOFLAG_SHARDS: String(seed) } })
    try {
      const environment = await own.environment('production')
      const elsewhere = await own.environment('elsewhere')
      const later = (await elsewhere.putDatafile(oneExperiment('checkout', ARMS, { restart: 2 }))).experiments[0].run
      const older = (await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 1 }))).experiments[0].run
      const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
      const start = daysAgo(25)
      let metrics = KINDS
      await environment.putExperiments(plan(metrics))
      // With one shard more than go in one step.
      const facts = makeFacts(random, [run, older, later], start, seed === 1 ? 5000 : 1500)
      const sent = []
      const send = async part => {
        for (const batch of batches(part, 200)) assert.deepEqual((await environment.send(batch, environment.keys.server)).rejected, [])
        sent.push(...part)
      }
      const check = async message => {
        for (const which of [run, older, later]) {
          const expected = cells(sent, { experiment: 'checkout', run: which, metrics, arms: ARMS })
          assert.equal(differs(await environment.cells('checkout', which), expected), null, `${message}, run ${[run, older, later].indexOf(which)}`)
        }
      }
      await send(facts)
      assert.equal((await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 2 }))).experiments[0].run, later)
      // With seed 1 nobody ever asks before they go: what is to be counted is known all the same.
      if (seed !== 1) await check('before')

      await own.again({ ...KEEP_A_SECOND })
      const edge = Date.now() - LOOKS_BACK
      const events = facts.filter(one => one.type === 'event')
      const stay = events.filter(one => one.at > edge)
      assert.ok(stay.length > 100 && stay.length < 0.4 * events.length)
      await left(environment, stay)
      await check('after they went')
      const { floor, archived } = await retentionOf(environment)
      assert.ok(archived >= events.length - stay.length && floor > edge - DAY && floor < Date.now() - LOOKS_BACK)

      // Everything once more: what is gone is refused by name, what is there is known, and nothing is counted twice.
      await own.again({ ...KEEP_A_MONTH })
      const gone = new Set(events.filter(one => one.at <= edge).map(one => one.id))
      for (const part of batches(random.shuffle(facts), 200)) {
        const answer = await environment.send(part, environment.keys.server)
        const refused = part.flatMap((fact, index) => (gone.has(fact.id) ? [`events[${index}].id`] : []))
        assert.deepEqual(answer.rejected.map(one => [one.field, one.code]), refused.map(field => [field, 'too_old']))
        const links = part.filter(fact => fact.type === 'alias').length
        assert.deepEqual([answer.accepted, answer.duplicates], [links, part.length - links - refused.length])
      }
      await check('sent again')

      // Late facts: old by what they say, new by their ids, of units whose events are gone; and exposures of today, also of other arms.
      const now = Date.now()
      const lateEvents = Array.from({ length: 200 }, () => ({
        ...event(random.pick(['bought', 'visit']), `d-${random.below(60)}`, start + random.below(20 * DAY)),
        id: uuidv7(now, random.bytes(10)),
        properties: { value: random.below(100) },
      }))
      const lateExposures = Array.from({ length: 40 }, (_, i) => exposure(run, `d-${random.below(80)}`, random.pick(['control', 'one']), now + random.below(1000), i % 2 ? { source: 'import' } : {}))
      await send(random.shuffle([...lateEvents, ...lateExposures]))
      await check('with late facts')

      // Another cap reads the same totals.
      metrics = { ...KINDS, capped: { ...KINDS.capped, cap: 20 } }
      await environment.putExperiments(plan(metrics))
      await check('with another cap')
      assert.deepEqual((await environment.report('checkout')).verdict.problems.filter(text => /one by one/.test(text)), [])
    } finally {
      await own.close()
    }
  })
}

test('a metric defined too late and a link that comes too late are told, with what they lack', async () => {
  const own = await ownWorker({ vars: { ...KEEP_ALL, ISOFLAG_SHARDS: '1' } })
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', FAIR))).experiments[0]
    await environment.putExperiments(plan(METRICS))
    const at = daysAgo(40)
    const alone = { userId: 'u-1' }
    const facts = [
      ...Array.from({ length: 20 }, (_, i) => [exposure(run, `v-${i}`, tossed(`v-${i}`), at), event('bought', `v-${i}`, at + DAY, { properties: { value: i } })]).flat(),
      event('bought', 'x', at + DAY, { units: alone, properties: { value: 1000 } }),
    ]
    await environment.send(facts)
    await own.again({ ...KEEP_A_SECOND })
    await left(environment, [])
    await own.again({ ...KEEP_A_MONTH })
    const reference = (more = [], metrics = METRICS) => cells([...facts, ...more], { experiment: 'checkout', run, metrics, arms: FAIR })
    assert.equal(differs(await environment.cells('checkout'), reference()), null)

    // The user's payment is gone: it stays where it was counted, and that somebody is missing it is said.
    const link = { type: 'alias', unitType: 'visitorId', unit: 'v-3', toType: 'userId', to: 'u-1', at: Date.now() }
    const { stranded, ...rest } = (await environment.send([link]), await environment.cells('checkout'))
    assert.deepEqual([stranded, differs(rest, reference())], [1, null])
    assert.match((await environment.report('checkout')).verdict.problems.join(), /^1 visitors were linked to somebody when events of that person were no longer kept/)
    // What comes from now on goes where the link says.
    const paid = event('bought', 'x', Date.now(), { units: alone, at: at + 2 * DAY, properties: { value: 5 } })
    await environment.send([paid])
    const { stranded: still, ...with5 } = await environment.cells('checkout')
    assert.deepEqual([still, differs(with5, cells([...facts.slice(0, -1), link, paid], { experiment: 'checkout', run, metrics: METRICS, arms: FAIR }))], [1, null])

    // A window nobody had asked for: only what came since is in it, and that is said; the others are whole.
    const metrics = { ...METRICS, longer: { kind: 'sum', event: 'bought', property: 'value', windowDays: 30 } }
    await environment.putExperiments(plan(metrics))
    const { partial, metrics: counted } = await environment.cells('checkout')
    const { floor } = await retentionOf(environment)
    assert.deepEqual([partial, counted.longer.map(cell => cell.sum)], [{ longer: floor }, [5]])
    const day = new Date(floor).toISOString().slice(0, 10)
    assert.ok((await environment.report('checkout')).verdict.problems.includes(`longer was defined when events before ${day} were no longer kept one by one: they are not in its figures.`))

    // A run that begins after it was defined lacks nothing.
    const next = (await environment.moveTo(oneExperiment('checkout', FAIR, { restart: 9 }))).experiments[0].run
    const today = [exposure(next, 'v-1', tossed('v-1'), Date.now()), event('bought', 'v-1', Date.now() + 1, { properties: { value: 7 } })]
    await environment.send(today)
    assert.equal(differs(await environment.cells('checkout', next), cells([...facts, ...today], { experiment: 'checkout', run: next, metrics, arms: FAIR })), null)
  } finally {
    await own.close()
  }
})

test('what came before its run was known counts for nothing once events of its time went', async () => {
  const own = await ownWorker({ vars: { ...KEEP_ALL, ISOFLAG_SHARDS: '1' } })
  try {
    const [environment, elsewhere] = [await own.environment('production'), await own.environment('elsewhere')]
    const { run } = (await elsewhere.putDatafile(oneExperiment('checkout', FAIR))).experiments[0]
    const shown = (unit, at) => exposure(run, unit, tossed(unit), at)
    await environment.send([shown('old', daysAgo(40)), event('bought', 'old', daysAgo(39))])
    await own.again({ ...KEEP_A_SECOND })
    await left(environment, [])
    await own.again({ ...KEEP_A_MONTH })
    await environment.send([shown('new', Date.now())])
    await environment.putDatafile(oneExperiment('checkout', FAIR))
    await environment.putExperiments(plan())
    const { units, verdicts } = await environment.cells('checkout')
    assert.equal(units.reduce((sum, cell) => sum + cell.units, 0), 1)
    assert.deepEqual(verdicts, [{ variant: '', verdict: 'unknown_run', exposures: 1 }, { variant: tossed('new'), verdict: 'unknown_program', exposures: 1 }])
  } finally {
    await own.close()
  }
})

test('a step is bounded, and others are answered in between', async () => {
  const own = await ownWorker({ vars: { ...KEEP_ALL, ISOFLAG_SHARDS: '1' } })
  try {
    const environment = await own.environment('production')
    const at = daysAgo(40)
    const events = Array.from({ length: 13_000 }, (_, i) => event('bought', `v-${i % 500}`, at + i))
    for (const part of batches(events, 1000)) await environment.send(part)
    // All of them old enough when the first step is taken.
    const sent = Date.now()
    await until(() => Date.now() - sent, age => age > 1000)
    await own.again({ ...KEEP_A_SECOND })
    const seen = new Set()
    await until(async () => (await retentionOf(environment)).archived, archived => (seen.add(archived), archived === events.length))
    assert.ok([...seen].every(archived => archived % 2000 === 0 || archived === events.length), [...seen].join(' '))
    assert.ok(seen.size > 2, `answered between the steps, at ${[...seen].join(' ')}`)
    assert.deepEqual(await exported(environment), [])
  } finally {
    await own.close()
  }
})

test('nothing goes before every sink has it; a dead letter keeps its event', async () => {
  let mood = 'down'
  let calls = 0
  const taker = await endpoint(body => {
    calls += 1
    if (mood === 'down') return 503
    return body.facts.some(fact => fact.name === 'odd') ? 422 : 204
  })
  const sink = { ISOFLAG_HTTP_SINK_URL: taker.url, ISOFLAG_SHARDS: '1' }
  const own = await ownWorker({ vars: { ...KEEP_ALL, ...sink } })
  try {
    const environment = await own.environment('production')
    const at = daysAgo(40)
    const events = Array.from({ length: 50 }, (_, i) => event(i === 20 ? 'odd' : 'bought', `v-${i}`, at + i))
    await environment.send(events)
    await own.again({ ...KEEP_A_SECOND, ...sink })
    const status = () => must(200, `${environment.url}/v1/sinks`, { key: environment.keys.admin })
    const before = (await status(), calls)
    // The sinks are served first: at the second call the first alarm is over, with all it had to do.
    await until(() => calls, made => made >= before + 2)
    const held = await status()
    assert.deepEqual([held.sinks[0].holds, held.retention.archived, held.retention.floor], [events.length, 0, null])
    assert.equal((await exported(environment)).length, events.length)

    mood = 'fussy'
    await left(environment, [events[20]])
    const rest = await status()
    assert.deepEqual([rest.sinks[0].holds, rest.sinks[0].dead, rest.retention.archived], [0, 1, events.length - 1])
    assert.deepEqual(taker.taken.map(fact => fact.id).sort(), events.filter((_, i) => i !== 20).map(one => one.id).sort())
  } finally {
    await own.close()
    await taker.close()
  }
})

test('by default a quarter is kept: older facts are refused by their field unless a server brings them in', async () => {
  const own = await ownWorker()
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', FAIR))).experiments[0]
    await environment.putExperiments(plan(METRICS))
    const facts = days => [exposure(run, `v-${days}`, tossed(`v-${days}`), daysAgo(days)), event('bought', `v-${days}`, daysAgo(days))]
    const refused = await environment.send([...facts(100), ...facts(80)])
    assert.deepEqual([refused.accepted, refused.rejected.map(one => [one.field, one.code])], [2, [['events[0].at', 'too_old'], ['events[1].id', 'too_old']]])
    // An event that happened long ago and is told only now is no old event.
    assert.equal((await environment.send([event('bought', 'v-80', daysAgo(80), { at: daysAgo(200) })])).accepted, 1)
    const imported = facts(100).map(fact => ({ ...fact, source: 'import' }))
    assert.equal((await environment.send(imported, environment.keys.server)).accepted, 2)
    assert.equal((await environment.report('checkout')).units.total, 2)
    const { before, archived, error } = await retentionOf(environment)
    assert.deepEqual([Math.round((Date.now() - before) / DAY), archived, error], [90, 0, undefined])
  } finally {
    await own.close()
  }
})

test('a setting that is no number of days lets nothing go and is said', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_RETENTION_DAYS: 'ninety' } })
  try {
    const environment = await own.environment('production')
    const old = event('bought', 'v-1', daysAgo(400))
    assert.equal((await environment.send([old])).accepted, 1)
    const { before, floor, archived, error } = await retentionOf(environment)
    assert.deepEqual([before, floor, archived], [null, null, 0])
    assert.match(error, /^`ninety` in ISOFLAG_RETENTION_DAYS is not a number of days; write 90, 0.5, or 0 to keep everything/)
    assert.deepEqual((await exported(environment)).map(one => one.id), [old.id])
  } finally {
    await own.close()
  }
})
