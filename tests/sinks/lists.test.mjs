// What PostgreSQL has not counted yet: listed only where somebody asks for reports, and never missed, whenever the first one is asked for.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { DAY, batches, daysAgo, layOut, seeded, startPostgres, uuidv7 } from './kit.mjs'

const METRICS = { bought: { kind: 'count', event: 'bought' } }
const at = daysAgo(2)

let db
beforeEach(async () => {
  db = await startPostgres()
  await layOut(db)
})
afterEach(() => db?.close())

const event = (n, units = { visitorId: `v-${n % 10}` }, when = at + 1000 + n) => [uuidv7(when), 'bought', when, when, null, units, {}, {}, false]
const exposure = n => [`x${n}`, 'checkout', 'r', 'visitorId', `v-${n}`, 'control', at, at, null, null, false, 'attested']
const take = (what, batch, on = db, environment = 'p') => on.query(`SELECT isoflag.take_${what}($1, $2)`, [environment, JSON.stringify(batch)])
const everyone = Array.from({ length: 10 }, (_, n) => exposure(n))
const observed = async (on = db) => {
  const answer = await on.query("SELECT isoflag.observed('p', 'checkout', 'r', $1) AS cells", [JSON.stringify(METRICS)])
  const { units, metrics } = (answer.rows ?? answer)[0].cells
  return [units.reduce((sum, cell) => sum + cell.units, 0), (metrics.bought ?? []).reduce((sum, cell) => sum + cell.sum, 0)]
}
const listed = async () => {
  const [row] = await db.query(`SELECT (SELECT coalesce(sum(cardinality(ids)), 0)::int FROM isoflag.new_events) AS events,
    (SELECT count(*)::int FROM isoflag.new_exposures) AS exposures, (SELECT count(*)::int FROM isoflag.new_aliases) AS aliases`)
  return [row.events, row.exposures, row.aliases]
}
const alias = (device, user, when) => ['visitorId', device, 'userId', user, when]
const bring = async from => {
  await take('exposures', everyone)
  await take('events', [event(from), event(from + 1), event(from + 2, { userId: 'u' })])
  await take('aliases', [alias('v-1', 'u', at)])
}

test('who never asks keeps no list; who asks has one of what is new, until the next report', async () => {
  await bring(0)
  assert.deepEqual(await listed(), [0, 0, 0])
  assert.deepEqual(await observed(), [10, 3])
  await take('exposures', [...everyone, exposure(10)])
  await take('events', [event(3), event(4, { userId: 'u' })])
  await take('aliases', [alias('v-2', 'u', at - 1)])
  assert.deepEqual(await listed(), [2, 1, 1])
  // Another environment has nothing to do with it.
  await take('events', [event(5)], db, 'q')
  assert.deepEqual(await listed(), [2, 1, 1])
  assert.deepEqual(await observed(), [11, 5])
  assert.deepEqual(await listed(), [0, 0, 0])
})

test('of a batch that was there in part, or has an event twice, the rest is taken and listed', async () => {
  await observed()
  const news = async (...batch) => Number((await take('events', batch))[0].take_events)
  assert.equal(await news(event(1), event(2)), 2)
  const [third, fourth, fifth] = [event(3), event(4), event(5)]
  assert.equal(await news(fourth), 1)
  assert.equal(await news(fifth, fourth, third, fifth), 2)
  assert.equal(await news(third, fourth), 0)
  assert.equal(await news(), 0)
  assert.equal((await listed())[0], 5)
  // Several who bring the same at once: each event is news to one of them.
  const same = [...batches(Array.from({ length: 200 }, (_, n) => event(100 + n)), 20)]
  const counts = await Promise.all([...same, ...same.toReversed(), ...same].map(batch => news(...batch)))
  assert.equal(counts.reduce((sum, count) => sum + count), 200)
  assert.equal((await listed())[0], 205)
  await take('exposures', everyone)
  assert.deepEqual(await observed(), [10, 205])
})

test('a list that nobody has asked for in thirty days ends, and the next report counts what came meanwhile, once', async () => {
  await bring(0)
  assert.deepEqual(await observed(), [10, 3])
  await bring(10)
  await db.query("UPDATE isoflag.asked SET at = now() - interval '29 days'")
  await db.query('SELECT isoflag.tend()')
  assert.equal((await listed())[0], 3)
  await db.query("UPDATE isoflag.asked SET at = now() - interval '31 days'")
  await db.query('SELECT isoflag.tend()')
  assert.deepEqual(await listed(), [0, 0, 0])
  // An earlier link moves the user's events to another device, those from before as well.
  await take('aliases', [alias('v-7', 'u', at - DAY)])
  await take('exposures', [exposure(11)])
  await bring(20)
  assert.deepEqual(await listed(), [0, 0, 0])
  assert.deepEqual(await observed(), [11, 9])
  const [{ events }] = await db.query("SELECT count(*)::int AS events FROM isoflag.unit_events e JOIN isoflag.units u USING (unit) WHERE u.id = 'v-7'")
  assert.equal(events, 3)
  assert.deepEqual(await observed(), [11, 9])
})

test('asking puts the end off, a write a day', async () => {
  await observed()
  const asked = async () => (await db.query('SELECT at, xmin FROM isoflag.asked'))[0]
  await db.query("UPDATE isoflag.asked SET at = now() - interval '25 hours'")
  const before = await asked()
  await observed()
  const after = await asked()
  assert.ok(after.at - before.at > DAY)
  await observed()
  assert.deepEqual(await asked(), after)
})

test('who sees but one moment counts what it sees, and what comes after is not missed', async () => {
  await bring(0)
  const client = await db.pool().connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query('SELECT count(*) FROM isoflag.events')
    await take('events', [event(50)])
    assert.deepEqual(await observed(client), [10, 3])
    await client.query('COMMIT')
  } finally {
    client.release()
  }
  assert.deepEqual(await observed(), [10, 4])
})

test('who stores facts and sees but one moment lists them, for somebody may have asked since', async () => {
  await take('exposures', everyone)
  const client = await db.pool().connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query('SELECT count(*) FROM isoflag.events')
    assert.deepEqual(await observed(), [10, 0])
    await take('events', [event(1)], client)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
  assert.deepEqual(await observed(), [10, 1])
})

test('losses: of each shard the most frequent reasons, by whole days; a ledger moved to other shards does not count twice', async () => {
  const losses = (...rows) => take('losses', rows.map(([generation, shard, day, reason, count]) => [generation, shard, day, reason, count]))
  const dropped = async (day = 0) => (await db.query("SELECT isoflag.dropped('p', $1) AS dropped", [day * DAY]))[0].dropped
  await losses([0, 0, 20_000, 'full', 5], [0, 1, 20_000, 'full', 2], [0, 1, 20_001, 'bot', 1])
  await losses([0, 0, 20_000, 'full', 7], [0, 0, 20_000, 'full', 6], [0, 1, 20_001, 'bot', 1])
  assert.deepEqual(await dropped(), { full: 9, bot: 1 })
  assert.deepEqual(await dropped(20_001), { bot: 1 })
  await take('losses', [[0, 0, 20_000, 'full', 99]], db, 'q')
  // On its way to the next generation: what has not come yet is not less than what was.
  await losses([1, 1, 20_002, 'bot', 3])
  assert.deepEqual(await dropped(), { full: 9, bot: 3 })
  await losses([1, 0, 20_000, 'full', 9], [1, 0, 20_001, 'bot', 1])
  assert.deepEqual(await dropped(), { full: 9, bot: 4 })
  await losses(...Array.from({ length: 40 }, (_, n) => [1, 0, 20_003, `r${n}`, 100 + n]))
  const many = await dropped(20_003)
  assert.equal(Object.keys(many).length, 32)
  assert.equal(many.other, Array.from({ length: 9 }, (_, n) => 100 + n).reduce((sum, count) => sum + count))
  // The ledger's 400 days.
  await losses([1, 0, 20_403, 'full', 1])
  assert.deepEqual(await dropped(), { bot: 3, full: 9, ...many, other: many.other + 1 })
  const [{ oldest }] = await db.query("SELECT min(day)::int AS oldest FROM isoflag.losses WHERE environment = 'p' AND (generation, shard) = (1, 0)")
  assert.equal(oldest, 20_003)
})

for (const seed of [1, 2, 3, 4]) {
  test(`the first report in the midst of what arrives misses nothing, seed ${seed}`, async () => {
    const random = seeded(seed)
    const events = Array.from({ length: 1500 }, (_, n) => event(n))
    await take('exposures', everyone)
    const waiting = [...batches(events, 5)]
    const bringer = async () => {
      for (let batch; (batch = waiting.pop()); ) await take('events', batch)
    }
    const asker = async () => {
      while (waiting.length > 0) {
        await new Promise(done => setTimeout(done, random.below(30)))
        if (random.below(3) === 0) await db.query("WITH old AS (UPDATE isoflag.asked SET at = now() - interval '31 days' RETURNING 1) SELECT count(*) FROM old")
        if (random.below(2) === 0) await db.query('SELECT isoflag.tend()')
        await observed()
      }
    }
    await Promise.all([bringer(), bringer(), bringer(), asker()])
    assert.deepEqual(await observed(), [10, events.length])
  })
}

test('a reader of hours keeps no sink waiting for the next month', async () => {
  await db.query('DROP TABLE isoflag.events_2027_01, isoflag.events_past'.replace('2027_01', (await lastMonth())))
  const reader = await db.pool().connect()
  try {
    await reader.query('BEGIN')
    await reader.query('SELECT count(*) FROM isoflag.events')
    const from = Date.now()
    assert.deepEqual(await db.query('SELECT isoflag.tend() AS made'), [{ made: 0 }])
    assert.ok(Date.now() - from < 10_000)
    await take('events', [event(1)])
  } finally {
    await reader.query('ROLLBACK')
    reader.release()
  }
  assert.deepEqual(await db.query('SELECT isoflag.tend() AS made'), [{ made: 1 }])
})

const lastMonth = async () => (await db.query("SELECT max(relname::text) AS name FROM pg_class WHERE relname ~ '^events_[0-9]{4}_[0-9]{2}$'"))[0].name.slice('events_'.length)
