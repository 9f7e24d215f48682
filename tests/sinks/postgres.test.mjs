// Facts on their way to a real PostgreSQL: they arrive once, survive its absence, and what it cannot take is set apart.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { DAY, daysAgo, event, exposure, oneExperiment, ownWorker, request, sinksOf, startPostgres, until, uuidv7 } from './kit.mjs'

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
  const folder = new URL('../../src/worker/src/sinks/postgres/', import.meta.url)
  const files = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()
  const scripts = await Promise.all(files.map(name => readFile(new URL(name, folder), 'utf8')))
  const before = await db.query('SELECT count(*) FROM isoflag.events')
  await Promise.all(Array.from({ length: 4 }, async () => { for (const script of scripts) await db.query(script) }))
  assert.deepEqual(await db.query('SELECT number FROM isoflag.migrations ORDER BY number'), scripts.map((_, at) => ({ number: at + 1 })))
  assert.deepEqual(await db.query('SELECT count(*) FROM isoflag.events'), before)
  // From nothing, too.
  await db.query('DROP SCHEMA isoflag CASCADE')
  await Promise.all(Array.from({ length: 4 }, async () => { for (const script of scripts) await db.query(script) }))
  assert.deepEqual(await db.query('SELECT count(*)::int AS months FROM pg_inherits WHERE inhparent = \'isoflag.events\'::regclass'), [{ months: 6 }])
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
