// Several batches on their way to PostgreSQL at a time: one that fails, or a database that goes, while the next were sent already.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { batches, daysAgo, event, ownWorker, request, sinksOf, startPostgres, until } from './kit.mjs'

/** What the worker sends at a time. */
const BATCH = 1000
const at = daysAgo(2)
const vars = { ISOFLAG_SHARDS: 1, ISOFLAG_RATE_PER_SECOND: 1e6, ISOFLAG_RATE_BURST: 1e6 }

let db
let own
let environment
let events

beforeEach(async () => {
  db = await startPostgres()
  own = await ownWorker({ vars })
  environment = await own.environment('production')
  events = Array.from({ length: 5 * BATCH }, (_, i) => event('bought', `v-${i}`, at + i))
})
afterEach(async () => {
  await own?.close()
  await db?.close()
})

/** The ledger is filled while there is no sink, so that whole batches lie ready for it. */
async function fill() {
  for (const batch of batches(events, 500)) await environment.send(batch)
}
const status = async () => (await sinksOf(environment, request))[0]
/** Sets the sink; asking how it fares wakes the shard. */
async function open() {
  await own.again({ ...vars, ISOFLAG_POSTGRES_URL: db.url })
  await status()
}
const stored = async () => (await db.query("SELECT id FROM isoflag.events WHERE environment = 'production' ORDER BY id")).map(row => row.id)
const ids = list => list.map(one => one.id).sort()

/** Lays the database out with one event, and then holds another as somebody does who is about to store it: whoever brings it waits. */
async function hold(one) {
  const [first] = events
  await environment.send([first])
  await open()
  await until(status, sink => sink.lag === 0)
  // Somebody asks for reports, so that what is new is listed.
  await db.query("SELECT isoflag.observed('production', 'checkout', 'r', '{}')")
  await own.again(vars)
  await fill()
  const holder = await db.pool().connect()
  await holder.query('BEGIN')
  await holder.query("INSERT INTO isoflag.events VALUES ($1, 'production', 'held', 0, 0, NULL, '{}', '{}', '{}', false)", [one.id])
  return { release: async how => (await holder.query(how), holder.release()) }
}

/** The statement that waits for what is held. */
const waiting = () => until(
  () => db.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%take_events%'"),
  rows => rows.length === 1,
)

test('a connection that breaks with batches on their way costs none of them, and brings none twice', async () => {
  const held = await hold(events[2 * BATCH + 7])
  await open()
  const [{ pid }] = await waiting()
  // Two batches are in, the third waits, and those behind it are sent. Now it breaks.
  assert.equal((await stored()).length, 1 + 2 * BATCH)
  await db.query('SELECT pg_terminate_backend($1)', [pid])
  const broken = await until(status, one => one.failing > 0)
  assert.deepEqual([broken.failing, broken.dead, broken.lag], [1, 0, 3 * BATCH - 1])
  await held.release('ROLLBACK')
  await until(status, one => one.lag === 0)
  assert.deepEqual(await stored(), ids(events))
  const [{ noted, different }] = await db.query('SELECT count(*)::int AS noted, count(DISTINCT id)::int AS different FROM isoflag.new_events, unnest(ids) AS id')
  assert.deepEqual([noted, different], [events.length - 1, events.length - 1])
})

test('what is refused in the midst of it is set apart, though what comes behind it was taken before its neighbours', async () => {
  // Laid out with one event, and a rule its operator added then.
  await environment.send([events[0]])
  await open()
  await until(status, one => one.lag === 0)
  await own.again(vars)
  await db.query("ALTER TABLE isoflag.events ADD CONSTRAINT ours CHECK (properties ->> 'note' IS DISTINCT FROM 'refused')")
  const bad = event('bought', 'v-0', at, { properties: { note: 'refused' } })
  events[2 * BATCH + 7] = bad
  await fill()
  await open()
  const sink = await until(status, one => one.lag === 0)
  assert.equal(sink.dead, 1)
  assert.match(sink.reasons[0], /^postgresql says 23514: /)
  assert.deepEqual(await stored(), ids(events.filter(one => one !== bad)))
  // Another try finds it as it is, and disturbs nobody.
  assert.deepEqual((await request(`${environment.url}/v1/sinks/replay`, { method: 'POST', key: environment.keys.admin })).json, { replayed: 1 })
  await environment.send([event('bought', 'v-late', at)])
  const after = await until(status, one => one.lag === 0 && one.dead === 1)
  assert.equal(after.failing, 0)
  assert.equal((await stored()).length, events.length)
})

test('a worker that is killed with batches on their way sends again what it had no answer to', async () => {
  const held = await hold(events[2 * BATCH + 7])
  await open()
  await waiting()
  await own.server.kill9()
  await held.release('COMMIT')
  await own.resurrect()
  await until(status, one => one.lag === 0)
  assert.deepEqual(await stored(), ids(events))
})
