import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, brotliCompressSync, gzipSync } from 'node:zlib'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { givenBy } from './reference.mjs'
import { DAY, counts, daysAgo, event, exposure, must, oneExperiment, openEnvironment, ownWorker, plan, request, uuidv7, worker } from './kit.mjs'

const held = worker({ signs: true })

/** The most memory a process ever held, in bytes. */
const peakMemory = async pid => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]) * 1024
const start = daysAgo(20)

async function study(name) {
  const environment = await held.own.environment(name)
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  await environment.putExperiments(plan())
  return { environment, run, post: (body, options = {}) => request(`${held.own.url}/v1/events`, { method: 'POST', key: environment.keys.client, body, ...options }) }
}

test('good events are taken, repeated ones recognised, bad ones named', async () => {
  const { environment, run } = await study('judged')
  const good = [exposure(run, 'v-1', 'control', start), event('bought', 'v-1', start + 1)]
  const bad = [{ ...good[0], run: 'x' }, { ...good[1], id: uuidv7(), name: '' }, { ...good[1], id: uuidv7(), source: 'import' }, 'nonsense', { type: 'event' }]
  const answer = await environment.send([bad[0], good[0], bad[1], good[1], ...bad.slice(2)])
  assert.deepEqual([answer.accepted, answer.duplicates], [2, 0])
  assert.deepEqual(answer.rejected.map(({ index, field }) => [index, field]), [
    [0, 'events[0].run'],
    [2, 'events[2].name'],
    [4, 'events[4].source'],
    [5, 'events[5]'],
    [6, 'events[6].id'],
  ])
  for (const { code, message } of answer.rejected) assert.ok(code && message)
  assert.deepEqual(await environment.send(good), { accepted: 0, duplicates: 2, rejected: [] })
  assert.deepEqual(await environment.send([...good, ...good]), { accepted: 0, duplicates: 4, rejected: [] })
  assert.deepEqual(await environment.send([]), { accepted: 0, duplicates: 0, rejected: [] })
  const id = uuidv7()
  assert.deepEqual(await environment.send([{ ...good[1], id }, { ...good[1], id: id.toUpperCase() }]), { accepted: 1, duplicates: 1, rejected: [] })
  const server = await environment.send([{ ...good[1], id: uuidv7(), source: 'import' }], environment.keys.server)
  assert.equal(server.accepted, 1)
})

test('a beacon is taken: text/plain, key in the URL', async () => {
  const { environment, run } = await study('beacon')
  const body = JSON.stringify({ events: [exposure(run, 'v-1', 'control', start)] })
  const url = `${held.own.url}/v1/events?key=${environment.keys.client}`
  const answer = await request(url, { method: 'POST', body, headers: { 'content-type': 'text/plain;charset=UTF-8', origin: 'https://shop.example' } })
  assert.deepEqual([answer.status, answer.json.accepted, answer.headers.get('access-control-allow-origin')], [200, 1, '*'])
})

test('browsers may read every answer, errors included', async () => {
  const { post } = await study('cors')
  const preflight = await request(`${held.own.url}/v1/events`, { method: 'OPTIONS', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } })
  assert.equal(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-headers'), /authorization/)
  assert.match(preflight.headers.get('access-control-allow-methods'), /POST/)
  const answers = [preflight, await post('{'), await post('{}', { key: 'wrong' }), await post('x'.repeat(600_000)), await request(`${held.own.url}/v1/nothing`), await request(`${held.own.url}/nothing.js`)]
  assert.deepEqual(answers.map(answer => answer.status), [204, 400, 401, 413, 404, 404])
  for (const answer of answers) assert.equal(answer.headers.get('access-control-allow-origin'), '*')
})

test('what is not a batch is refused as a whole, with a reason', async () => {
  const { post } = await study('whole')
  for (const body of ['', '{', '[]', 'null', '{}', '{"events":1}', '{"events":[],"more":1}', new Uint8Array([0x7b, 0xff, 0x7d])]) {
    const answer = await post(body)
    assert.deepEqual([answer.status, answer.json.error.code], [400, 'bad_request'], String(body))
    assert.ok(answer.json.error.message.length > 10)
  }
})

test('too much is refused before it is read', async () => {
  const { environment, post } = await study('much')
  const answer = await post(JSON.stringify({ events: Array.from({ length: 1001 }, () => 1) }))
  assert.deepEqual([answer.status, answer.json.error.code], [413, 'payload_too_large'])
  // Without a stated length: counted on the way. The server may hang up on whoever goes on sending.
  let parts = 0
  const long = new ReadableStream({
    pull: async controller => {
      await new Promise(done => setImmediate(done))
      if (++parts > 32) controller.close()
      else controller.enqueue(new Uint8Array(65_536).fill(32))
    },
  })
  const streamed = await fetch(`${held.own.url}/v1/events`, { method: 'POST', body: long, duplex: 'half', headers: { authorization: `Bearer ${environment.keys.client}` } }).catch(error => error)
  assert.ok(streamed.status === 413 || streamed instanceof TypeError, `${streamed.status ?? streamed}`)
  const huge = await request(`${held.own.url}/v1/datafile`, { method: 'PUT', key: environment.keys.admin, body: 'x'.repeat(1_100_000) })
  assert.equal(huge.status, 413)
})

test('a packed batch is unpacked, and no more of it than a plain one may have', async () => {
  const { environment, run, post } = await study('packed')
  const given = givenBy('checkout', { control: 50, fresh: 50 })
  const facts = Array.from({ length: 500 }, (_, i) => exposure(run, `v-${i}`, given(`v-${i}`), start))
  const body = JSON.stringify({ events: facts })
  for (const [encoding, packed] of [['gzip', gzipSync(body)], ['deflate', deflateSync(body)], ['identity', body]]) {
    assert.ok(encoding === 'identity' || packed.length < body.length / 5)
    const answer = await post(packed, { headers: { 'content-encoding': encoding } })
    assert.deepEqual([answer.status, answer.json.accepted + answer.json.duplicates, answer.json.rejected], [200, 500, []], encoding)
  }
  assert.equal((await environment.list())[0].units, 500)
  for (const [encoding, sent, status] of [
    ['gzip', body, 400], // not packed at all
    ['gzip', gzipSync(body).subarray(0, -9), 400],
    ['br', brotliCompressSync(body), 415],
    ['gzip, gzip', gzipSync(gzipSync(body)), 415],
    ['gzip', gzipSync(' '.repeat(600_000)), 413],
  ]) {
    const answer = await post(sent, { headers: { 'content-encoding': encoding } })
    assert.equal(answer.status, status, `${encoding}: ${answer.text}`)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  }
})

test('bombs cost bounded memory', async () => {
  const own = await ownWorker()
  try {
    const { keys } = await own.environment('bombs')
    const bomb = gzipSync(Buffer.alloc(400 << 20)) // 400 MiB in 400 kB
    assert.ok(bomb.length < 512 * 1024)
    const throwOne = () => request(`${own.url}/v1/events`, { method: 'POST', key: keys.client, body: bomb, headers: { 'content-encoding': 'gzip' } })
    await throwOne()
    const before = await peakMemory(own.server.pid)
    for (const answer of await Promise.all(Array.from({ length: 40 }, throwOne))) assert.equal(answer.status, 413)
    const after = await peakMemory(own.server.pid)
    assert.ok(after - before < 150 << 20, `40 bombs of 400 MiB took ${((after - before) / 2 ** 20).toFixed(0)} MiB`)
  } finally {
    await own.close()
  }
})

test('a shard that cannot keep up says so, and what it took is kept', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_SHARDS: '1', ISOFLAG_SHARD_QUEUE: '2' } })
  try {
    const environment = await own.environment('busy')
    const post = body => request(`${own.url}/v1/events`, { method: 'POST', key: environment.keys.client, body })
    const batch = () => ({ events: Array.from({ length: 200 }, (_, i) => event('bought', `v-${i}`, Date.now())) })
    const answers = await Promise.all(Array.from({ length: 60 }, async () => {
      const body = batch()
      return { body, answer: await post(body) }
    }))
    assert.deepEqual([...new Set(answers.map(({ answer }) => answer.status))].sort(), [200, 503])
    for (const { answer } of answers.filter(({ answer }) => answer.status === 503)) {
      assert.ok(Number(answer.headers.get('retry-after')) >= 1)
      assert.equal(answer.json.error.code, 'unavailable')
    }
    for (const { body, answer } of answers) {
      const again = await environment.send(body.events)
      assert.deepEqual([again.accepted, again.duplicates], answer.status === 200 ? [0, 200] : [200, 0])
    }
  } finally {
    await own.close()
  }
})

test('the whole worker may live under a path of a site', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-prefix-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<script type="module" src="./assets/a-1.js"></script>')
  await writeFile(join(folder, 'assets', 'a-1.js'), 'export {}')
  const own = await ownWorker({ assets: folder, vars: { ISOFLAG_PATH_PREFIX: '/flags' } })
  try {
    const environment = await openEnvironment({ url: `${own.url}/flags`, rootKey: own.rootKey })
    const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    assert.equal((await environment.send([exposure(run, 'v-1', 'control', start)])).accepted, 1)
    for (const path of ['/flags', '/flags/', '/flags/anything']) {
      const page = await request(own.url + path)
      assert.deepEqual([page.status, page.text], [200, '<script type="module" src="/flags/assets/a-1.js"></script>'], path)
    }
    assert.equal((await request(`${own.url}/flags/assets/a-1.js`)).status, 200)
    for (const path of ['/', '/v1/program', '/flagship/v1/program', '/assets/a-1.js']) {
      const answer = await request(own.url + path, { key: environment.keys.client })
      assert.deepEqual([answer.status, answer.json.error.code], [404, 'not_found'], path)
    }
  } finally {
    await own.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('too fast is told so, for each key by itself', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_RATE_PER_SECOND: '0.001', ISOFLAG_RATE_BURST: '3' } })
  try {
    const { url, keys } = await own.environment('fast')
    const post = key => request(`${url}/v1/events`, { method: 'POST', key, body: { events: [] } })
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await post(keys.client)).status)
    assert.deepEqual(statuses, [200, 200, 200, 429, 429])
    const refused = await post(keys.client)
    assert.equal(refused.json.error.code, 'too_many_requests')
    assert.ok(Number(refused.headers.get('retry-after')) >= 1)
    assert.equal(refused.headers.get('access-control-allow-origin'), '*')
    assert.equal((await post(keys.server)).status, 200)
  } finally {
    await own.close()
  }
})

test('the earliest exposure counts, even when it comes last', async () => {
  const { environment, run } = await study('earliest')
  // Day 3 first, with a purchase on day 1 that is too early for it.
  await environment.send([exposure(run, 'v-1', 'control', start + 3 * DAY), event('bought', 'v-1', start + DAY, { properties: { value: 5 } })])
  assert.deepEqual(counts(await environment.report('checkout')).totals.revenue, { control: 0, fresh: 0 })
  // Then day 0 comes in late: the purchase is inside the window now, and the day of the unit is another.
  const late = await environment.send([exposure(run, 'v-1', 'control', start)])
  assert.deepEqual(late, { accepted: 0, duplicates: 1, rejected: [] })
  const moved = await environment.report('checkout')
  assert.deepEqual(counts(moved).totals.revenue, { control: 5, fresh: 0 })
  assert.equal(moved.firstExposureAt, start)
  // A later one moves nothing back.
  await environment.send([exposure(run, 'v-1', 'control', start + 9 * DAY)])
  assert.equal((await environment.report('checkout')).firstExposureAt, start)
})

test('the window is half open: its first moment counts, the moment it ends does not', async () => {
  const { environment, run } = await study('window')
  const value = { properties: { value: 1 } }
  await environment.send([
    ...['before', 'first', 'last', 'after'].map(unit => exposure(run, unit, 'control', start)),
    event('bought', 'before', start - 1, value),
    event('bought', 'first', start, value),
    event('bought', 'last', start + 7 * DAY - 1, value),
    event('bought', 'after', start + 7 * DAY, value),
  ])
  assert.deepEqual(counts(await environment.report('checkout')), {
    units: { control: 4, fresh: 0 },
    mixed: 0,
    totals: { bought: { control: 2, fresh: 0 }, orders: { control: 2, fresh: 0 }, revenue: { control: 2, fresh: 0 } },
  })
})

test('a unit that saw two variants is counted apart, and what it did is in no arm', async () => {
  const { environment, run } = await study('mixed')
  const value = { properties: { value: 7 } }
  await environment.send([exposure(run, 'a', 'control', start), exposure(run, 'b', 'fresh', start), event('bought', 'a', start + 5, value), event('bought', 'b', start + 5, value)])
  assert.deepEqual(counts(await environment.report('checkout')).units, { control: 1, fresh: 1 })
  await environment.send([exposure(run, 'a', 'fresh', start + DAY)])
  const { units, mixed, totals } = counts(await environment.report('checkout'))
  assert.deepEqual([units, mixed, totals.revenue], [{ control: 0, fresh: 1 }, 1, { control: 0, fresh: 7 }])
})

test('only numbers add up; an event of several units counts for the unit of the experiment', async () => {
  const { environment, run } = await study('sums')
  const bought = (unit, value) => event('bought', unit, start + 5, { properties: value === undefined ? {} : { value }, units: { userId: `u-${unit}`, visitorId: unit, accountId: 'acme' } })
  const values = [1, 2.5, '3', null, true, undefined, -0.5, [4], 0, 1e-3]
  await environment.send([...values.map((_, i) => exposure(run, `v-${i}`, 'control', start)), ...values.map((value, i) => bought(`v-${i}`, value))])
  const { totals } = counts(await environment.report('checkout'))
  assert.equal(totals.orders.control, 10)
  assert.ok(Math.abs(totals.revenue.control - 3.001) < 1e-9, `${totals.revenue.control}`)
})

test('no single number spoils a report', async () => {
  const { environment, run } = await study('large')
  const bought = value => event('bought', 'v-1', start + 5, { properties: { value } })
  const answer = await environment.send([exposure(run, 'v-1', 'control', start), bought(1e31), bought(1e30), bought(1e30)])
  assert.deepEqual([answer.accepted, answer.rejected.map(one => one.field)], [3, ['events[1].properties.value']])
  assert.equal(counts(await environment.report('checkout')).totals.revenue.control, 2e30)
})

test('a changed metric is computed anew for everybody, and so is one that went and came back', async () => {
  const { environment, run } = await study('changed')
  await environment.send([exposure(run, 'a', 'control', start), event('bought', 'a', start + 5), event('bought', 'a', start + 8 * DAY)])
  const total = async () => counts(await environment.report('checkout')).totals
  assert.equal((await total()).orders.control, 1)
  const orders = windowDays => ({ orders: { kind: 'count', event: 'bought', windowDays } })
  await environment.putExperiments(plan(orders(14)))
  assert.deepEqual(await total(), { orders: { control: 2, fresh: 0 } })
  await environment.putExperiments(plan({ other: { kind: 'count', event: 'other', windowDays: 14 } }))
  assert.deepEqual(await total(), { other: { control: 0, fresh: 0 } })
  await environment.send([event('bought', 'a', start + 9 * DAY)])
  await total()
  await environment.putExperiments(plan(orders(14)))
  assert.equal((await total()).orders.control, 3)
})

test('one environment may have other shards than the next, fixed when it is made', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_SHARDS: '1' }, signs: true })
  try {
    const environment = await own.environment('single')
    const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    await environment.putExperiments(plan())
    await environment.send(Array.from({ length: 50 }, (_, i) => exposure(run, `v-${i}`, i % 2 ? 'control' : 'fresh', start)))
    assert.equal((await must(200, `${own.url}/v1/experiments`, { key: environment.keys.server })).experiments[0].units, 50)
  } finally {
    await own.close()
  }
})

test('a link is told with or among events; a bad one is named, and neither hides the other', async () => {
  const environment = await held.own.environment('aliases')
  const { run } = (await environment.putDatafile(oneExperiment('checkout', { control: 50, new: 50 }))).experiments[0]
  await environment.putExperiments(plan())
  const at = daysAgo(3)
  const link = { unitType: 'visitorId', unit: 'd-1', toType: 'userId', to: 7, at }
  await environment.send([exposure(run, 'd-1', 'control', at), event('bought', undefined, at + 5, { units: { userId: '7' } })])
  assert.equal((await environment.report('checkout')).metrics[0].arms[0].total, 0)
  const answer = await must(200, `${environment.url}/v1/aliases`, { method: 'POST', key: environment.keys.server, body: { aliases: [{ ...link, toType: 'visitorId' }, link, { ...link, extra: 1 }, 5] } })
  assert.deepEqual([answer.accepted, answer.rejected.map(({ field }) => field)], [1, ['aliases[0].toType', 'aliases[2].extra', 'aliases[3]']])
  assert.equal((await environment.report('checkout')).metrics[0].arms[0].total, 1)
  const among = await environment.send([{ type: 'alias', ...link }, { type: 'alias', ...link, unit: 'd-0', at: at + 1 }])
  assert.deepEqual([among.accepted, among.rejected], [2, []])
  assert.equal((await environment.report('checkout')).metrics[0].arms[0].total, 1, 'the later link does not count')
})

test('a clock nobody can mean costs the skew of a batch and none of its events, and the sender is told', async () => {
  const environment = await held.own.environment('clock')
  const send = sentAt => must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { sentAt, events: [event('bought', 'v', Date.now())] } })
  for (const sentAt of [0, 5000, -1, 1.5, 1e300, Date.now() * 1000, 'now', {}, true]) {
    const { ignored, ...answer } = await send(sentAt)
    assert.deepEqual(answer, { accepted: 1, duplicates: 0, rejected: [] }, JSON.stringify(sentAt))
    assert.deepEqual(ignored.map(one => one.field), ['sentAt'])
  }
  assert.deepEqual(await send(Date.now()), { accepted: 1, duplicates: 0, rejected: [] })
  const rows = (await request(`${environment.url}/v1/export?kind=events`, { key: environment.keys.admin })).text.trim().split('\n').map(row => JSON.parse(row))
  assert.equal(rows.filter(row => row.skew === null).length, 9)
})

test('U+0000 is refused by its field and costs no neighbour', async () => {
  const environment = await held.own.environment('nul')
  const at = Date.now()
  const bad = [
    event('bought', 'v', at, { properties: { note: 'a\0b' } }),
    event('bought', 'v', at, { properties: { deep: { 'a\0': 1 } } }),
    event('bought', 'v\0', at),
    event('bought', 'v', at, { experiments: { 'check\0out': 'control' } }),
  ]
  const { accepted, rejected } = await environment.send([...bad, event('bought', 'v', at)])
  assert.equal(accepted, 1)
  assert.deepEqual(rejected.map(one => one.field), ['properties.note', 'properties.deep.a\\u0000', 'units.visitorId', 'experiments.check\\u0000out'].map((field, i) => `events[${i}].${field}`))
})
