// Links between units when there are many of them, much behind them, or somebody dishonest before them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, batches, daysAgo, event, exposure, must, oneExperiment, ownWorker, plan, request, until, worker } from './kit.mjs'
import { endpoint, sinksOf } from '../sinks/kit.mjs'

const held = worker({ signs: true })
const at = daysAgo(3)
const LONG_AGO = 946_684_800_000

const alias = (unit, to, more = {}) => ({ type: 'alias', unitType: 'visitorId', unit, toType: 'userId', to, at, ...more })
const paid = (userId, more = {}) => event('bought', undefined, at + 1000, { units: { userId }, ...more })

async function study(name, own = held.own) {
  const environment = await own.environment(name)
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  await environment.putExperiments(plan())
  const orders = async () => {
    const { arms } = (await environment.report('checkout')).metrics.find(one => one.key === 'orders')
    return Object.fromEntries(arms.map(arm => [arm.variant, arm.total]))
  }
  const post = (path, body, key = environment.keys.client) => request(`${environment.url}/v1/${path}`, { method: 'POST', key, body })
  return { environment, run, orders, post }
}

test('somebody of many devices is somebody like any other', async () => {
  const { environment, run, orders } = await study('kiosk')
  const { server } = environment.keys
  await environment.send([exposure(run, 'd-7', 'control', at), exposure(run, 'd-8', 'fresh', at)])
  const links = Array.from({ length: 3000 }, (_, i) => alias(`d-${i}`, 'guest', { at: LONG_AGO + (i === 7 ? 0 : 1) }))
  for (const part of batches(links, 1000)) assert.deepEqual(await environment.send(part, server), { accepted: 1000, duplicates: 0, rejected: [] })
  assert.equal((await environment.send([...Array.from({ length: 500 }, () => paid('guest')), event('bought', 'bystander', at)])).accepted, 501)
  assert.deepEqual(await orders(), { control: 500, fresh: 0 })
  assert.equal((await environment.send(links.slice(0, 1000), server)).accepted, 1000, 'once more, all of it known')
  await environment.send([alias('d-8', 'guest', { at: LONG_AGO })], server)
  assert.deepEqual(await orders(), { control: 500, fresh: 0 }, 'of two at the same time the first by its id')
  await environment.send([paid('guest'), alias('d-0', 'guest', { at: LONG_AGO })], server)
  assert.deepEqual(await orders(), { control: 0, fresh: 0 })
})

test('an event that names a unit goes to four types of units linked to it, and a link of a fifth is refused', async () => {
  const { environment, run, orders, post } = await study('types')
  const link = unitType => alias('x-1', 'u-1', { unitType })
  await environment.send([exposure(run, 'x-1', 'control', at), paid('u-1')])
  const answer = await environment.send(['a', 'b', 'c', 'visitorId', 'd', 'a'].map(link))
  assert.deepEqual([answer.accepted, answer.duplicates, answer.rejected.map(({ field, code }) => [field, code])], [5, 0, [['events[4].unitType', 'too_large']]])
  assert.deepEqual(await orders(), { control: 1, fresh: 0 })
  const apart = await post('aliases', { aliases: ['d', 'a'].map(link).map(({ type, ...rest }) => rest) })
  assert.deepEqual([apart.status, apart.json.accepted, apart.json.rejected.map(({ index, field }) => [index, field])], [200, 1, [[0, 'aliases[0].unitType']]])
  assert.deepEqual((await exportedTypes(environment)).sort(), ['a', 'b', 'c', 'visitorId'])
})

async function exportedTypes(environment) {
  const page = await request(`${environment.url}/v1/export?kind=aliases`, { key: environment.keys.admin })
  return page.text.split('\n').filter(Boolean).map(line => JSON.parse(line).unitType)
}

test('somebody of many years signs in, and what is theirs goes over, also to another device and across a restart', async () => {
  const own = await ownWorker({ signs: true })
  try {
    const { environment, run, orders } = await study('production', own)
    await environment.send([exposure(run, 'late', 'control', at), exposure(run, 'early', 'fresh', at)])
    // Some 9 MB: more than SQLite takes as one value, more than one request sees to.
    const note = 'x'.repeat(430)
    const events = Array.from({ length: 16_000 }, (_, i) => event('bought', undefined, at + i, { units: { userId: 'u-1' }, properties: { note } }))
    for (const part of batches(events, 800)) await environment.send(part)
    assert.deepEqual((await environment.send([alias('late', 'u-1'), event('bought', 'late', at)])).rejected, [])
    await own.restart()
    assert.deepEqual(await until(orders, ({ control }) => control === 16_001), { control: 16_001, fresh: 0 })
    // What is new goes to the first device at once, whatever else is on its way.
    await environment.send([alias('early', 'u-1', { at: at - 1 }), paid('u-1')], environment.keys.server)
    assert.deepEqual(await until(orders, ({ control, fresh }) => control === 1 && fresh === 16_001), { control: 1, fresh: 16_001 })
    assert.deepEqual((await environment.send([alias('late', 'u-1'), alias('early', 'u-1')])).rejected, [])
    assert.deepEqual(await orders(), { control: 1, fresh: 16_001 }, 'told again')
  } finally {
    await own.close()
  }
})

test('what is still to go over goes along when the ledger moves to other shards', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_SHARDS: '3' }, signs: true })
  try {
    const { environment, run, orders } = await study('production', own)
    await environment.send([exposure(run, 'late', 'control', at)])
    const note = 'x'.repeat(900)
    const events = Array.from({ length: 4000 }, (_, i) => event('bought', undefined, at + i, { units: { userId: 'u-1' }, properties: { note } }))
    for (const part of batches(events, 400)) await environment.send(part)
    await environment.send([alias('late', 'u-1')])
    assert.ok((await orders()).control < 4000, 'one request does not see to all of it')
    const step = () => must(200, `${environment.url}/v1/reshard`, { method: 'POST', key: environment.keys.admin, body: { shards: 2 } })
    while ((await step()).state === 'moving');
    assert.deepEqual(await until(orders, ({ control }) => control === 4000), { control: 4000, fresh: 0 })
  } finally {
    await own.close()
  }
})

test('what a device has through a link is the same fact, with the clock error and the time of receipt', async () => {
  const http = await endpoint()
  const own = await ownWorker({ vars: { ISOFLAG_HTTP_SINK_URL: http.url } })
  try {
    const { environment } = await study('production', own)
    const send = events => must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { sentAt: Date.now() - 3_600_000, events } })
    const users = Array.from({ length: 12 }, (_, i) => `u-${i}`)
    const before = users.map(user => paid(user, { properties: { value: 1, ä: ['"'] }, experiments: { checkout: 'control' } }))
    await send(before)
    await send(users.map((user, i) => alias(`d-${i}`, user)))
    await send(users.map(user => paid(user)))
    // One id twice: what came first is what there is.
    await send(before.map(one => ({ ...one, properties: { value: 2 } })))
    await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
    const facts = new Map()
    for (const fact of http.taken.filter(({ type }) => type === 'event')) facts.set(fact.id, [...(facts.get(fact.id) ?? []), fact])
    assert.equal(facts.size, 24)
    assert.ok([...facts.values()].filter(copies => copies.length > 1).length > 10, 'many devices are in another shard than their users')
    for (const [first, ...others] of facts.values()) {
      for (const other of others) assert.deepEqual(other, first)
      assert.ok(Math.abs(first.skew - 3_600_000) < 60_000, `a skew of ${first.skew}`)
    }
  } finally {
    await own.close()
    await http.close()
  }
})

test('nobody who has the key of a page gets before links that were there', async () => {
  const { environment, run, orders, post } = await study('honest')
  await environment.send([exposure(run, 'honest', 'control', at), exposure(run, 'stranger', 'fresh', at)])
  const when = Date.now() - 2 * DAY
  await environment.send([alias('honest', 'u-1', { at: when }), paid('u-1')], environment.keys.server)
  assert.deepEqual(await orders(), { control: 1, fresh: 0 })
  assert.deepEqual(await environment.send([alias('stranger', 'u-1', { at: LONG_AGO })]), { accepted: 1, duplicates: 0, rejected: [] })
  const { type, ...same } = alias('stranger', 'u-1', { at: LONG_AGO })
  assert.equal((await post('aliases', { aliases: [same] })).status, 200)
  assert.deepEqual(await orders(), { control: 1, fresh: 0 })
  // One that was on its way for less than a day counts from when it was made.
  await environment.send([alias('honest', 'u-2', { at: Date.now() - 3_600_000 }), alias('stranger', 'u-2', { at: Date.now() - 3_000_000 }), paid('u-2')])
  await environment.send([alias('stranger', 'u-3', { at: Date.now() - 3_000_000 }), alias('honest', 'u-3', { at: Date.now() - 3_600_000 }), paid('u-3')])
  assert.deepEqual(await orders(), { control: 3, fresh: 0 })
  // A server may know better, however late.
  await environment.send([alias('stranger', 'u-1', { at: when - 1 })], environment.keys.server)
  assert.deepEqual(await orders(), { control: 2, fresh: 1 })
})
