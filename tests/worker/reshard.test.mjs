// To another number of shards and back, with a past, while facts keep coming: what was acknowledged is there once, and the cells are the
// slow reference's.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockedWorker } from './clock.mjs'
import { cells, differs, givenBy } from './reference.mjs'
import { DAY, batches, daysAgo, event, exposure, must, oneExperiment, ownWorker, plan, request, seeded, uuidv7 } from './kit.mjs'
import { until } from '../sinks/kit.mjs'

const METRICS = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 3, preDays: 3 },
  visits: { kind: 'count', event: 'visit', windowDays: 10 },
  value: { kind: 'ratio', event: 'bought', property: 'value', denominator: { event: 'visit' }, windowDays: 7 },
  median: { kind: 'quantile', event: 'bought', property: 'value', quantile: 0.5, windowDays: 10 },
}

const ARMS = { control: 50, one: 25, two: 25 }
const given = givenBy('checkout', ARMS)

function makeFacts(random, runs, { from, days, length, made }) {
  const device = () => `d-${random.below(80)}`
  const user = () => random.pick([`u-${random.below(30)}`, random.below(12)])
  return Array.from({ length }, () => {
    const at = from + random.below(days * DAY)
    const kind = random.below(10)
    if (kind < 3) {
      const unit = device()
      // Another arm than its own is what a server brings in, or nobody believes.
      const own = random.below(15) > 0
      const brought = random.below(own ? 8 : 2) === 0 ? { source: 'import' } : {}
      const variant = own ? given(unit) : 'two'
      return exposure(runs[Number(random.below(8) === 0)], unit, variant, made ?? at, { ...brought, ...(random.below(8) === 0 ? { override: true } : {}) })
    }
    if (kind < 4 && made === undefined) return { type: 'alias', unitType: 'visitorId', unit: device(), toType: 'userId', to: user(), at }
    const units = random.pick([{ userId: user() }, { visitorId: device() }, { visitorId: device(), userId: user() }, { visitorId: device(), userId: user(), account: `a-${random.below(9)}` }])
    return { type: 'event', id: uuidv7(made ?? at, random.bytes(10)), name: random.pick(['bought', 'visit', 'visit']), units, at, properties: { value: random.pick([random.below(100), -5, 0.25, 'x']) } }
  })
}

async function exported(environment, kind = 'events') {
  const lines = []
  for (let after = ''; ; ) {
    const page = await request(`${environment.url}/v1/export?kind=${kind}&after=${after}`, { key: environment.keys.admin })
    assert.equal(page.status, 200, page.text)
    lines.push(...page.text.split('\n').filter(Boolean).map(line => JSON.parse(line)))
    after = page.headers.get('isoflag-after')
    if (page.headers.get('isoflag-more') === 'false') return lines
  }
}

const admin = (environment, method, path, body) => request(`${environment.url}/v1/${path}`, { method, key: environment.keys.admin, body })
const step = async (environment, shards, loads) => must(200, `${environment.url}/v1/reshard`, { method: 'POST', key: environment.keys.admin, body: { shards, ...(loads ? { loads } : {}) } })

/** Sends until it is taken, as senders do. Answers how often it was put off. */
async function insist(environment, events) {
  for (let putOff = 0; ; putOff++) {
    const answer = await request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.server, body: { sentAt: Date.now(), events } })
    if (answer.status === 200) {
      assert.deepEqual(answer.json.rejected, [])
      return putOff
    }
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1'])
    await new Promise(done => setTimeout(done, 20))
  }
}

for (const [seed, path] of [[1, [4, 2]], [2, [3, 1, 2]]]) {
  test(`1 → ${path.join(' → ')} shards, seed ${seed}`, async () => {
    const random = seeded(seed)
    const own = await ownWorker({ vars: { ISOFLAG_RETENTION_DAYS: '0', ISOFLAG_SHARDS: '1' } })
    try {
      const environment = await own.environment('production')
      const older = (await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 1 }))).experiments[0].run
      const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
      await environment.putExperiments(plan(METRICS))
      const sent = makeFacts(random, [run, older], { from: daysAgo(25), days: 23, length: 1600 })
      for (const part of batches(sent, 200)) await environment.send(part, environment.keys.server)
      // Some of them are old enough to go, and what they came to has to come along.
      await own.again({ ISOFLAG_RETENTION_DAYS: '0.00001' })
      const edge = Date.now() - 3 * DAY
      const stay = sent.filter(one => one.type === 'event' && one.at > edge)
      await until(async () => (await must(200, `${environment.url}/v1/sinks`, { key: environment.keys.admin }), (await exported(environment)).length), length => length === stay.length)
      await own.again({ ISOFLAG_RETENTION_DAYS: '30' })
      const check = async message => {
        for (const which of [run, older]) {
          const expected = cells(sent, { experiment: 'checkout', run: which, metrics: METRICS, arms: ARMS })
          assert.equal(differs(await environment.cells('checkout', which), expected), null, `${message}, run ${which === run ? 'open' : 'older'}`)
        }
        const [events, links] = [(await exported(environment)).map(one => one.id).sort(), await exported(environment, 'aliases')]
        assert.deepEqual(events, stay.map(one => one.id).sort(), message)
        assert.equal(new Set(links.map(one => JSON.stringify([one.unit, one.to]))).size, links.length)
      }
      await check('before')
      const told = await exported(environment, 'exposures')
      const before = await exported(environment)
      for (const shards of path) {
        let moving = true
        let putOff = 0
        const coming = (async () => {
          while (moving) {
            const now = Date.now()
            const part = makeFacts(random, [run, older], { from: daysAgo(20), days: 18, length: 20, made: now })
            putOff += await insist(environment, part)
            sent.push(...part)
            stay.push(...part.filter(one => one.type === 'event'))
          }
        })()
        const states = []
        do states.push((await step(environment, shards, 1)).state)
        while (states.at(-1) === 'moving')
        await until(() => sent.length, (length => () => sent.length > length)(sent.length))
        moving = false
        await coming
        assert.ok(states.length > 2 && putOff > 0, `facts came meanwhile, ${putOff} times put off in ${states.length} steps`)
        await check(`with ${shards} shards`)
        const { json } = await admin(environment, 'GET', 'reshard')
        assert.deepEqual([json.ledger.shards, json.moving], [shards, null])
      }
      // To the letter, times of arrival included.
      const after = new Map((await exported(environment)).map(one => [one.id, one]))
      for (const one of before) assert.deepEqual(after.get(one.id), one)
      const name = ({ run, unit, variant }) => JSON.stringify([run, unit, variant])
      const shownAgain = new Set(sent.slice(1600).filter(one => one.type === 'exposure').map(name))
      const toldNow = new Map((await exported(environment, 'exposures')).map(one => [name(one), one]))
      for (const one of told.filter(one => !shownAgain.has(name(one)))) assert.deepEqual(toldNow.get(name(one)), one)

      // All of it once more: what is gone is refused, nothing is counted twice.
      for (const part of batches(random.shuffle(sent), 200)) {
        const answer = await environment.send(part, environment.keys.server)
        assert.equal(answer.accepted, part.filter(one => one.type === 'alias').length)
        assert.ok(answer.rejected.every(one => one.code === 'too_old'))
      }
      await check('sent again')
      const erased = await admin(environment, 'DELETE', 'reshard/left-behind')
      assert.equal(erased.json.erased.length, path.length)
      await check('after the old ones were erased')
    } finally {
      await own.close()
    }
  })
}

test('a move that is cut off goes on, one that is called off leaves everything as it was', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_SHARDS: '2' }, signs: true })
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))).experiments[0]
    await environment.putExperiments(plan())
    const at = daysAgo(3)
    const sent = Array.from({ length: 60 }, (_, i) => [exposure(run, `v-${i}`, i % 2 ? 'control' : 'fresh', at), event('bought', `v-${i}`, at + i, { properties: { value: i } })]).flat()
    await environment.send(sent)
    const totals = async () => (await environment.report('checkout')).metrics.find(metric => metric.key === 'orders').arms.map(arm => arm.total)
    assert.deepEqual(await totals(), [30, 30])

    assert.equal((await step(environment, 5, 1)).state, 'moving')
    assert.equal((await request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { events: sent } })).status, 503)
    assert.deepEqual(await totals(), [30, 30], 'reports go on')
    const other = await admin(environment, 'POST', 'reshard', { shards: 7 })
    assert.deepEqual([other.status, /a move to 5 shards is under way/.test(other.json.error.message)], [400, true])

    // Called off, the old shards take facts at once; what had been carried is not read.
    assert.equal((await admin(environment, 'DELETE', 'reshard')).json.ledger.shards, 2)
    await environment.send([event('bought', 'v-1', at + 1000)])
    assert.deepEqual(await totals(), [31, 30])

    // Killed in the middle, it goes on where it was.
    assert.equal((await step(environment, 5, 1)).state, 'moving')
    await own.server.kill9()
    await own.resurrect()
    let last
    do last = await step(environment, 5, 1)
    while (last.state === 'moving')
    assert.deepEqual(await totals(), [31, 30])
    await environment.send([event('bought', 'v-2', at + 1000)])
    assert.deepEqual(await totals(), [31, 31])
    assert.deepEqual((await environment.send(sent)).accepted, 0)
    assert.deepEqual(await step(environment, 5), { state: 'done', shards: 5 })

    for (const [key, status] of [[environment.keys.server, 403], [environment.keys.client, 403]]) {
      assert.equal((await request(`${environment.url}/v1/reshard`, { method: 'POST', key, body: { shards: 3 } })).status, status)
    }
    for (const body of [{ shards: 0 }, { shards: 257 }, { shards: 'many' }, {}]) assert.equal((await admin(environment, 'POST', 'reshard', body)).status, 400)
  } finally {
    await own.close()
  }
})

for (const seed of [3, 4]) {
  test(`a minute after the last step shards take facts again, and the next step begins anew, seed ${seed}`, async () => {
    const random = seeded(seed)
    const own = await clockedWorker({ vars: { ISOFLAG_SHARDS: '2', ISOFLAG_RETENTION_DAYS: '0' } })
    try {
      const environment = await own.environment('production')
      const later = (await (await own.environment('elsewhere')).putDatafile(oneExperiment('checkout', ARMS, { restart: 2 }))).experiments[0].run
      const older = (await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 1 }))).experiments[0].run
      const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
      await environment.putExperiments(plan(METRICS))
      const known = [run, older]
      // Of a run that is published when all is done.
      const sent = Array.from({ length: 200 }, (_, i) => exposure(later, `d-${i % 80}`, i % 9 ? given(`d-${i % 80}`) : 'two', daysAgo(20) + i))
      assert.deepEqual((await environment.send(sent)).rejected, [])
      const some = () => makeFacts(random, [run, older], { from: daysAgo(25), days: 23, length: 300 })
      const post = events => request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.server, body: { sentAt: Date.now(), events } })
      const refused = async () => assert.deepEqual((({ status, headers }) => [status, headers.get('retry-after')])(await post(some())), [503, '1'])
      const taken = async () => {
        const part = some()
        const answer = await post(part)
        assert.deepEqual([answer.status, answer.json?.rejected], [200, []])
        sent.push(...part)
      }
      const check = async message => {
        for (const which of known) assert.equal(differs(await environment.cells('checkout', which), cells(sent, { experiment: 'checkout', run: which, metrics: METRICS, arms: ARMS })), null, message)
        const ids = sent.filter(one => one.type === 'event').map(one => one.id)
        assert.deepEqual((await exported(environment)).map(one => one.id).sort(), ids.sort(), message)
      }
      const stands = async () => (await admin(environment, 'GET', 'reshard')).json
      for (let i = 0; i < 5; i++) await taken()
      const first = (await stands()).ledger.generation

      // Steps less than a minute apart are one move, however long it takes, and nothing comes in meanwhile.
      assert.equal((await step(environment, 3, 1)).state, 'moving')
      const { generation } = (await stands()).moving
      let far
      while (far?.carrying !== 'units') {
        await own.later(50_000)
        await refused()
        far = await step(environment, 3, 1)
        assert.equal(far.state, 'moving')
      }
      assert.deepEqual((await stands()).moving, { generation, shards: 3 })

      // Nobody goes on: just before the minute is over nothing is taken, just after it is.
      await own.later(55_000)
      await refused()
      await own.later(6_000)
      await taken()
      await check('after the lapse')

      // What came in between is in none of the loads that were carried, so they are carried again, into objects of their own.
      const again = await step(environment, 3, 1)
      assert.deepEqual([far.carrying, again.carrying], ['units', 'links'], 'behind the first load once more')
      const anew = (await stands()).moving.generation
      assert.ok(anew > generation)
      await refused()

      // A seal that lapsed makes the step begin anew though nothing came in: no one can know that.
      await own.later(61_000)
      await step(environment, 3, 1)
      const last = (await stands()).moving.generation
      assert.ok(last > anew)
      let done
      do done = await step(environment, 3, 2)
      while (done.state === 'moving')
      assert.deepEqual((await stands()).ledger, { generation: last, shards: 3 })
      await check('moved')

      // The old ones stay closed for good, whatever the time; the new ones are open, and know what they have.
      await own.later(3_600_000)
      await taken()
      for (const part of batches(random.shuffle([...sent]), 200)) assert.equal((await environment.send(part)).accepted, part.filter(one => one.type === 'alias').length)
      await check('sent again')
      assert.deepEqual((await stands()).leftBehind.map(one => one.generation), [first, generation, anew])
      assert.equal((await admin(environment, 'DELETE', 'reshard/left-behind')).json.erased.length, 3)
      assert.equal((await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 2 }))).experiments[0].run, later)
      known.push(later)
      await check('after the old ones were erased')
    } finally {
      await own.close()
    }
  })
}

test('events of 9 kB, and many shards, are moved as well', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_SHARDS: '1' } })
  try {
    const environment = await own.environment('production')
    const at = daysAgo(2)
    const properties = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`p${i}`, 'x'.repeat(1_000)]))
    const sent = Array.from({ length: 1500 }, (_, i) => ({ type: 'event', id: uuidv7(at + i, seeded(i).bytes(10)), name: 'bought', units: { visitorId: `v-${i}` }, at: at + i, properties }))
    for (const part of batches(sent, 50)) await environment.send(part, environment.keys.server)
    for (const shards of [2, 1, 40]) {
      let state
      for (let steps = 0; state !== 'done'; steps++) {
        assert.ok(steps < 60, `${shards} shards`)
        state = (await step(environment, shards)).state
      }
      assert.deepEqual((await exported(environment)).map(one => one.id).sort(), sent.map(one => one.id).sort(), `${shards} shards`)
    }
  } finally {
    await own.close()
  }
})
