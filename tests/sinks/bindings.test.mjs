// Sinks as Cloudflare binds them, on the real runtime: PostgreSQL through Hyperdrive's binding, facts into a Queue's.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { daysAgo, event, exposure, oneExperiment, ownWorker, request, sinksOf, startPostgres, until } from './kit.mjs'

const at = daysAgo(2)

/** Facts of a run, 250 events among them: more than one call to a queue may carry. */
async function fill(environment) {
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const events = Array.from({ length: 250 }, (_, i) => event('bought', `v-${i}`, at + i, { properties: { value: i, ä: ['\u2028"'] } }))
  assert.deepEqual((await environment.send([exposure(run, 'v-1', 'control', at), ...events])).rejected, [])
  await environment.send([{ type: 'alias', unitType: 'visitorId', unit: 'v-1', toType: 'userId', to: 'u-1', at }])
  return events
}

test('through Hyperdrive, by the address and the names it gives', async () => {
  const db = await startPostgres()
  // The setting is there as well, and leads nowhere: the binding goes first.
  const own = await ownWorker({ hyperdrive: db.url, vars: { ISOFLAG_POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/none' } })
  try {
    const environment = await own.environment('production')
    const events = await fill(environment)
    const [sink] = await until(() => sinksOf(environment, request), ([one]) => one.lag === 0)
    assert.deepEqual([sink.sink, sink.dead, sink.failing], ['postgres', 0, 0])
    const stored = await db.query('SELECT id::text, properties FROM isoflag.events ORDER BY at')
    assert.deepEqual(stored, events.map(({ id, properties }) => ({ id, properties })))
    const [counts] = await db.query('SELECT (SELECT count(*)::int FROM isoflag.exposures) AS exposures, (SELECT count(*)::int FROM isoflag.aliases) AS aliases')
    assert.deepEqual(counts, { exposures: 1, aliases: 1 })
  } finally {
    await own.close()
    await db.close()
  }
})

/** What the platform says of a queue that took a batch; without it the runtime calls the batch failed. */
const TAKEN = JSON.stringify({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 } } })

/** What stands for a queue: keeps the messages of every call, as the runtime posts them. */
async function broker() {
  const calls = []
  const state = { down: false }
  const server = createServer(async (asked, answer) => {
    const parts = []
    for await (const part of asked) parts.push(part)
    if (state.down) return answer.writeHead(500).end()
    const { messages } = JSON.parse(Buffer.concat(parts).toString())
    calls.push(messages.map(({ body, contentType }) => ({ ...JSON.parse(Buffer.from(body, 'base64').toString()), contentType })))
    answer.writeHead(200, { 'content-type': 'application/json' }).end(TAKEN)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}`, calls, state, close: () => new Promise(done => server.close(done).closeAllConnections()) }
}

test('into a Queue, a message for each fact, within what a call may carry, and again when it failed', async () => {
  const queue = await broker()
  queue.state.down = true
  const own = await ownWorker({ queue: queue.url })
  try {
    const environment = await own.environment('production')
    const events = await fill(environment)
    const [failing] = await until(() => sinksOf(environment, request), ([one]) => one.failing > 0)
    assert.deepEqual([failing.sink, failing.error, failing.dead], ['queue', 'the queue did not take the messages', 0])
    queue.state.down = false
    const [sink] = await until(() => sinksOf(environment, request), ([one]) => one.lag === 0)
    assert.deepEqual([sink.dead, sink.failing], [0, 0])
    const messages = queue.calls.flat()
    assert.ok(queue.calls.every(({ length }) => length <= 100), `${queue.calls.map(({ length }) => length)}`)
    assert.ok(messages.every(({ environment, contentType }) => environment === 'production' && contentType === 'text'))
    const facts = messages.map(({ fact }) => fact)
    assert.deepEqual(facts.filter(({ type }) => type === 'event').map(({ id, properties }) => ({ id, properties })).sort((a, b) => a.properties.value - b.properties.value), events.map(({ id, properties }) => ({ id, properties })))
    assert.deepEqual(facts.map(({ type }) => type).filter(type => type !== 'event').sort(), ['alias', 'exposure'])
  } finally {
    await own.close()
    await queue.close()
  }
})
