// Facts on their way to a real PostgreSQL: they arrive once, survive its absence, and what it cannot take is set apart.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { givenBy } from '../worker/reference.mjs'
import { DAY, daysAgo, event, exposure, layouts, oneExperiment, ownWorker, request, sinksOf, startPostgres, until, uuidv7 } from './kit.mjs'

const given = givenBy('checkout', { control: 50, fresh: 50 })

let db
let own
let said = ''
const at = daysAgo(2)

before(async () => {
  db = await startPostgres()
  own = await ownWorker({ vars: { ISOFLAG_POSTGRES_URL: db.url }, log: text => (said += text) })
})
after(async () => {
  await own?.close()
  await db?.close()
})

async function environmentOf(name) {
  const environment = await own.environment(name)
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  return { ...environment, run }
}
const drained = environment => until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
const idsOf = async environment => (await db.query('SELECT id FROM isoflag.events WHERE environment = $1 ORDER BY id', [environment.environment])).map(row => row.id)

test('exposures and events arrive as they are, once, the earliest time kept', async () => {
  const environment = await environmentOf('arrive')
  const { run } = environment
  const bought = event('bought', 'v-1', at + 5, { units: { visitorId: 'v-1', userId: 'u-1' }, properties: { value: 12.5, 'a b ü': null, quoted: '"\\\'' , list: [1, { x: true }] } })
  await environment.send([exposure(run, 'v-1', 'control', at + 3), exposure(run, 'v-2', 'fresh', at), bought])
  await drained(environment)
  await environment.send([exposure(run, 'v-1', 'control', at + 1), exposure(run, 'v-2', 'fresh', at + 9), bought])
  await drained(environment)
  const [stored, ...others] = await db.query("SELECT * FROM isoflag.events WHERE environment = 'arrive'")
  assert.equal(others.length, 0)
  assert.deepEqual([stored.id, stored.name, Number(stored.at), stored.units, stored.properties, stored.imported], [bought.id, 'bought', at + 5, bought.units, bought.properties, false])
  const shown = await db.query("SELECT unit, variant, at::float8, run, id FROM isoflag.exposures WHERE environment = 'arrive' ORDER BY unit")
  assert.deepEqual(shown.map(({ unit, variant, at: when }) => [unit, variant, when - at]), [['v-1', 'control', 1], ['v-2', 'fresh', 0]])
  assert.ok(shown.every(row => row.run === run && /^[0-9a-f]{32,64}$/.test(row.id)))
})

test('events lie in the partition of their month, old ones together, and those of months ahead in the default one until theirs is made', async () => {
  const environment = await environmentOf('months')
  const ahead = new Date(Date.now() + 150 * DAY)
  const events = [event('x', 'v', at), event('x', 'v', at, { id: uuidv7(Date.UTC(2024, 1, 10)), source: 'import' }), event('x', 'v', at, { id: uuidv7(ahead.getTime()) })]
  await environment.send(events, environment.keys.server)
  await drained(environment)
  const where = async id => (await db.query('SELECT tableoid::regclass::text AS name FROM isoflag.events WHERE id = $1', [id]))[0].name
  const month = time => new Date(time).toISOString().slice(0, 7).replace('-', '_')
  assert.equal(await where(events[0].id), `isoflag.events_${month(at)}`)
  assert.equal(await where(events[1].id), 'isoflag.events_past')
  assert.equal(await where(events[2].id), 'isoflag.events_default')
  const make = async from => (await db.query('SELECT isoflag.make_partitions($1, 1) AS made', [from]))[0].made
  assert.equal(await make(ahead), 1)
  assert.equal(await where(events[2].id), `isoflag.events_${month(ahead)}`)
  assert.deepEqual([await make(ahead), await make('2024-02-15')], [0, 0])
})

test('what PostgreSQL refuses is set apart with the reason, holds nobody up, and can be sent again', async () => {
  const environment = await environmentOf('dead')
  // A rule its operator added. What no PostgreSQL can hold does not come this far.
  await db.query("ALTER TABLE isoflag.events ADD CONSTRAINT ours CHECK (properties ->> 'note' IS DISTINCT FROM 'refused')")
  const bad = event('bought', 'v-0', at, { properties: { note: 'refused' } })
  const good = Array.from({ length: 40 }, (_, i) => event('bought', `v-${i}`, at + i))
  await environment.send([...good.slice(0, 17), bad, ...good.slice(17)])
  const [sink] = await drained(environment)
  assert.equal(sink.dead, 1)
  assert.match(sink.reasons[0], /^postgresql says 23514: /)
  assert.deepEqual(await idsOf(environment), good.map(one => one.id).sort())

  // Sent again as it is it comes back: nothing is lost by trying.
  const replay = body => request(`${environment.url}/v1/sinks/replay`, { method: 'POST', key: environment.keys.admin, body })
  assert.deepEqual((await replay({ sink: 'postgres' })).json, { replayed: 1 })
  await until(() => sinksOf(environment, request), ([one]) => one.dead === 1 && one.failing === 0)
  assert.equal((await replay({ sink: 'nowhere' })).status, 404)
  assert.equal((await request(`${environment.url}/v1/sinks/replay`, { method: 'POST', key: environment.keys.server })).status, 403)
  assert.equal((await request(`${environment.url}/v1/sinks`, { key: environment.keys.client })).status, 403)
})

test('a database that is away for a while gets everything when it is back', { skip: process.env.ISOFLAG_TEST_PG_URL && 'the server is not ours to stop' }, async () => {
  const environment = await environmentOf('away')
  await environment.send([event('bought', 'v-0', at)])
  await drained(environment)
  await db.stop()
  const events = Array.from({ length: 30 }, (_, i) => event('bought', `v-${i}`, at + i))
  await environment.send(events)
  const [sink] = await until(() => sinksOf(environment, request), ([one]) => one.failing > 0)
  assert.equal(sink.error, 'postgresql cannot be reached')
  assert.ok(sink.retryAt > 0 && sink.oldest > 0 && sink.lag >= 1)
  // The worker dies too; what it owes is on disk, and its alarm rings in the next one.
  await own.server.kill9()
  await own.resurrect()
  await db.start()
  await until(() => idsOf(environment), ids => ids.length === 31, 90_000)
})

test('migrations may run twice and by many at a time', async () => {
  const scripts = await layouts()
  await db.query(scripts.join(''))
  const before = await db.query('SELECT count(*) FROM isoflag.events')
  await Promise.all(Array.from({ length: 4 }, async () => { for (const script of scripts) await db.query(script) }))
  assert.deepEqual(await db.query('SELECT number FROM isoflag.migrations ORDER BY number'), [{ number: 1 }, { number: 4 }])
  assert.deepEqual(await db.query('SELECT count(*) FROM isoflag.events'), before)
  // From nothing, too.
  await db.query('DROP SCHEMA isoflag CASCADE')
  await Promise.all(Array.from({ length: 4 }, async () => { for (const script of scripts) await db.query(script) }))
  assert.deepEqual(await db.query('SELECT count(*)::int AS months FROM pg_inherits WHERE inhparent = \'isoflag.events\'::regclass'), [{ months: 6 }])
})

test('a database of an older build gets its functions and tables, and the next report counts its facts anew; one of a newer build keeps its own', async () => {
  const environment = await environmentOf('older')
  const facts = Array.from({ length: 5 }, (_, i) => [exposure(environment.run, `v-${i}`, given(`v-${i}`), at), event('bought', `v-${i}`, at + 5)]).flat()
  await environment.send(facts)
  await drained(environment)
  const metrics = JSON.stringify({ bought: { kind: 'count', event: 'bought' } })
  const observed = async () => (await db.query('SELECT isoflag.observed($1, $2, $3, $4) AS cells', ['older', 'checkout', environment.run, metrics]))[0].cells
  const bought = async () => (await observed()).metrics.bought.reduce((all, { sum }) => all + sum, 0)
  assert.equal(await bought(), 5)

  const version = async () => (await db.query('SELECT isoflag.version() AS version'))[0].version
  const written = answer => db.query(`
    CREATE OR REPLACE FUNCTION isoflag.version() RETURNS text LANGUAGE sql AS $$ SELECT '${answer}' $$;
    CREATE OR REPLACE FUNCTION isoflag.take_events(environment text, batch jsonb) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'of another build'; END $$;
  `)
  const here = await version()
  const [number] = here.split(' ')
  // As migrations 2 and 3 left it, before functions said which they are.
  await written('')
  await db.query(`
    DROP FUNCTION isoflag.version(); DROP TABLE isoflag.counted, isoflag.unread; DELETE FROM isoflag.migrations WHERE number = 4;
    INSERT INTO isoflag.migrations VALUES (2), (3);
    CREATE FUNCTION isoflag.put(of_run int, of_units bigint[], sign int) RETURNS void LANGUAGE sql AS $$ $$;
  `)
  const again = async () => {
    await own.again({ ISOFLAG_POSTGRES_URL: db.url })
    await environment.send([event('bought', 'v-1', at + 7)])
    await drained(environment)
  }
  await again()
  assert.equal(await version(), here)
  assert.equal(await bought(), 6)
  for (const older of [`${number - 1} 0123456789abcdef`, `${number} 0123456789abcdef`]) {
    await written(older)
    await again()
    assert.equal(await version(), here, older)
  }
  assert.equal(await bought(), 8)
  assert.deepEqual(await db.query("SELECT count(*)::int FROM pg_proc WHERE proname = 'put' AND pronamespace = 'isoflag'::regnamespace"), [{ count: 1 }])

  await written(`${Number(number) + 1} 0123456789abcdef`)
  await own.again({ ISOFLAG_POSTGRES_URL: db.url })
  await environment.send([event('bought', 'v-1', at + 9)])
  await until(() => sinksOf(environment, request), ([sink]) => sink.failing > 0 && /of another build/.test(sink.error))
  await written(`${number} 0123456789abcdef`)
  await drained(environment)
  assert.equal(await bought(), 9)
})

test('no address and no secret is in an answer or in the log, least of all when a sink fails', async () => {
  const secret = 'wr0ng-s3cret'
  const to = change => Object.assign(new URL(db.url), { password: secret, ...change }).href
  const { password, port } = new URL(db.url)
  const environment = await environmentOf('secret')
  const failures = [
    ['the user or the password', to({}), /^postgresql says 28P01: the user or the password of the address is wrong$/],
    ['nobody there', to({ username: 'a-name', port: '1' }), /^postgresql cannot be reached$/],
    ['no such database', Object.assign(new URL(db.url), { pathname: '/of-nobody' }).href, /^postgresql says 3D000: /],
    ['no address', `postgres:/${secret}@:${port}`, /^the address is not one of postgresql; /],
    ['a key word nobody knows', to({ search: `?sslmode=${secret}` }), /^the sslmode in the address of postgresql /],
  ]
  try {
    for (const [what, url, error] of failures) {
      await own.again({ ISOFLAG_POSTGRES_URL: url })
      await environment.send([event('bought', 'v-1', at)])
      const failed = await until(() => sinksOf(environment, request), ([sink]) => sink.failing > 0 && error.test(sink.error))
      assert.equal(failed.length, 1, what)
      const answer = await request(`${environment.url}/v1/sinks`, { key: environment.keys.admin })
      for (const hidden of [secret, password, decodeURIComponent(password), `:${port}`, 'a-name', url])
        assert.ok(!hidden || !`${answer.text}${said}`.includes(hidden), `${what}: ${hidden}`)
    }
  } finally {
    await own.again({ ISOFLAG_POSTGRES_URL: db.url })
  }
  await environment.send([event('bought', 'v-2', at)])
  await drained(environment)
  assert.ok(said === '' || !said.includes(password))
})
