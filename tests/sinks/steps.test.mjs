// The report's numbers counted in steps, each a transaction of its own: whatever comes between two of them, and wherever they end.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { DAY, batches, daysAgo, layOut, seeded, startPostgres, until, uuidv7 } from './kit.mjs'

const METRICS = JSON.stringify({
  bought: { kind: 'count', event: 'bought', preDays: 3 },
  revenue: { kind: 'sum', event: 'bought', property: 'value' },
  middle: { kind: 'quantile', quantile: 0.5, event: 'bought', property: 'value' },
})
const at = daysAgo(9)
const UNITS = 60

let db
let held
beforeEach(async () => {
  held = []
  db = await startPostgres()
  await layOut(db)
})
afterEach(async () => {
  for (const client of held) client.release(true)
  await db?.close()
})

const take = (what, batch, on = db, environment = 'p') => on.query(`SELECT isoflag.take_${what}($1, $2)`, [environment, JSON.stringify(batch)])
const exposure = n => [`x${n}`, 'checkout', 'r', 'visitorId', `v-${n}`, n % 3 ? 'control' : 'fresh', at + n * 1000, at, null, null, false, 'attested']
const alias = (device, user, when) => ['visitorId', `v-${device}`, 'userId', `u-${user}`, when]
const event = (n, random, when = at + random.below(8 * DAY)) =>
  [uuidv7(when, random.bytes(10)), 'bought', when, when, null, n % 4 ? { visitorId: `v-${n % UNITS}` } : { userId: `u-${n % 20}` }, { value: n, ...(n % 5 ? {} : { note: 'n'.repeat(200) }) }, {}, false]

/** Exposures, links and events, in an order of their own. */
function history(seed, count = 900) {
  const random = seeded(seed)
  return [
    ...Array.from({ length: UNITS }, (_, n) => ['exposures', exposure(n)]),
    ...Array.from({ length: 30 }, (_, n) => ['aliases', alias(random.below(UNITS), n % 20, at + random.below(DAY))]),
    ...Array.from({ length: count }, (_, n) => ['events', event(n, random)]),
  ]
}
async function bring(facts, environment = 'p') {
  for (const kind of ['exposures', 'aliases', 'events']) {
    for (const batch of batches(facts.filter(([of]) => of === kind).map(([, fact]) => fact), 100)) await take(kind, batch, db, environment)
  }
}
const observed = async (environment = 'p', on = db) => {
  const answer = await on.query("SELECT isoflag.observed($1, 'checkout', 'r', $2) AS cells", [environment, METRICS])
  return (answer.rows ?? answer)[0].cells
}
/** The same facts counted by another environment at once: whole numbers, so it is the same to the digit. */
const expected = async facts => {
  await bring(facts, 'q')
  return observed('q')
}
const unread = () => db.query("SELECT kind, after FROM isoflag.unread WHERE environment = 'p' ORDER BY kind")
const orders = cells => (cells.metrics.bought ?? []).reduce((sum, cell) => sum + cell.sum, 0)

/** One connection that counts so many at a time. */
async function stepper(size) {
  const client = await db.pool().connect()
  held.push(client)
  await client.query(`SET isoflag.step = ${size}`)
  const step = async folded => (await client.query("SELECT isoflag.count_step('p', 'checkout', 'r', $1, $2) AS more", [METRICS, folded])).rows[0].more
  return { client, step, count: () => client.query(`CALL isoflag.count('p', 'checkout', 'r', '${METRICS}')`) }
}

for (const size of [1, 7, 50]) {
  test(`${size} at a time come to what all come to at once`, async () => {
    const facts = history(size)
    await bring(facts)
    const { client, count } = await stepper(size)
    const before = (await client.query('SELECT txid_current()::int AS id')).rows[0].id
    await count()
    const after = (await client.query('SELECT txid_current()::int AS id')).rows[0].id
    assert.ok(after - before > (2 * UNITS) / size, 'each in a transaction of its own')
    assert.deepEqual(await unread(), [])
    const [{ waiting }] = await db.query('SELECT (SELECT count(*) FROM isoflag.dirty)::int AS waiting')
    assert.equal(waiting, 0)
    const all = await observed()
    assert.deepEqual(all, await expected(facts))
    assert.ok(orders(all) > 300)
    // And so does what comes later, by its list.
    const more = history(size + 100, 300)
    await bring(more)
    await count()
    assert.deepEqual(await observed(), await expected([...facts, ...more]))
    })
}

test('a connection that breaks keeps what it has counted, and the next one goes on from there', async () => {
  const facts = history(3)
  await bring(facts)
  const { client, count } = await stepper(5)
  const [{ pid }] = (await client.query('SELECT pg_backend_pid() AS pid')).rows
  client.on('error', () => {})
  const broken = assert.rejects(count(), error => error.code === '57P01' || /terminated/.test(error.message))
  await until(unread, rows => rows.length === 1 && rows[0].after.length === 4)
  await db.query('SELECT pg_terminate_backend($1)', [pid])
  await broken
  const [{ after }] = await unread()
  assert.deepEqual(after.slice(0, 3), ['checkout', 'r', 'visitorId'])
  const [{ known }] = await db.query('SELECT count(*)::int AS known FROM isoflag.unit_events')
  assert.ok(known >= 900, 'its events stay')
  assert.deepEqual(await observed(), await expected(facts))
})

test('whoever asks between two steps gets the whole report, and what comes between them is in it', async () => {
  const facts = history(4)
  await bring(facts)
  const { step } = await stepper(20)
  for (let n = 0; n < 4; n++) assert.equal(await step(false), true)
  assert.ok((await unread()).length > 0)
  const more = history(5, 200)
  await bring(more)
  const so_far = await expected([...facts, ...more])
  assert.deepEqual(await observed(), so_far)
  while (await step(false));
  // A metric that reads otherwise begins anew, and others may ask meanwhile.
  await db.query("UPDATE isoflag.definitions SET definition = '{}'")
  assert.equal(await step(true), true)
  assert.deepEqual(await observed(), so_far)
  while (await step(true));
  assert.deepEqual(await observed(), so_far)
})

test('two who count, two who ask and three who bring do not get in each other\'s way', async () => {
  const facts = history(6, 1500)
  const random = seeded(6)
  await bring(facts.filter(([kind]) => kind === 'exposures'))
  const waiting = [...batches(random.shuffle(facts.filter(([kind]) => kind !== 'exposures')), 10)]
  const bringing = async () => {
    for (let batch; (batch = waiting.pop()); ) for (const kind of ['aliases', 'events']) await take(kind, batch.filter(([of]) => of === kind).map(([, fact]) => fact))
  }
  const counting = async () => {
    const { count } = await stepper(9)
    while (waiting.length > 0) await count()
    }
  const asking = async () => {
    while (waiting.length > 0) await observed()
  }
  await Promise.all([counting(), counting(), asking(), bringing(), bringing(), bringing()])
  assert.deepEqual(await observed(), await expected(facts))
})

test('events that move to the partition of their month, and files that are written anew, are not missed in the midst of it', async () => {
  const random = seeded(8)
  const ahead = Date.now() + 150 * DAY
  // Dated a month that has no partition yet, and stated in time.
  const strays = Array.from({ length: 40 }, (_, n) => ['events', [uuidv7(ahead + n, random.bytes(10)), ...event(n, random).slice(1)]])
  const facts = [...history(8), ...strays]
  await bring(facts)
  const { step } = await stepper(1)
  do await step(false)
  while (!(await unread()).some(({ kind, after }) => kind === 'events' && after.length > 0 && after[0] !== 'events_default'))
  assert.equal((await db.query('SELECT isoflag.make_partitions($1, 1) AS made', [new Date(ahead)]))[0].made, 1)
  const [{ after }] = (await unread()).filter(({ kind }) => kind === 'events')
  await db.query(`DELETE FROM isoflag.events WHERE id = (SELECT id FROM isoflag.${after[0]} LIMIT 1)`)
  await db.query(`VACUUM FULL isoflag.${after[0]}`)
  while (await step(false));
  const [{ listed }] = await db.query('SELECT (SELECT count(*) FROM isoflag.new_events)::int AS listed')
  assert.equal(listed, 0)
  const [{ missing }] = await db.query('SELECT count(*)::int AS missing FROM isoflag.events e WHERE NOT EXISTS (SELECT FROM isoflag.unit_events u WHERE u.event = e.id)')
  assert.equal(missing, 0)
})

test('of a unit with a long history a report reads what is new and the windows, not the rest', async () => {
  const random = seeded(9)
  const from = n => event(1, random, at - 400 * DAY + n * 100_000)
  await bring([['exposures', exposure(1)], ...Array.from({ length: 3000 }, (_, n) => ['events', from(n)]), ['events', event(1, random)]])
  assert.equal(orders(await observed()), 1)
  await bring([['events', event(1, random)]])
  const client = await db.pool().connect()
  held.push(client)
  await client.query('BEGIN')
  assert.equal(orders(await observed('p', client)), 2)
  const [{ fetched }] = (await client.query("SELECT idx_tup_fetch::int AS fetched FROM pg_stat_xact_user_tables WHERE relname = 'unit_events'")).rows
  await client.query('COMMIT')
  assert.ok(fetched >= 2 && fetched < 10, `${fetched} of 3002 events`)
})
