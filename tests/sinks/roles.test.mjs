// Roles of one's own: a worker that owns nothing, and a reader of reports that can change nothing.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { METRICS, daysAgo, event, exposure, layOut, oneExperiment, ownWorker, plan, request, sinksOf, startPostgres, until } from './kit.mjs'

const name = randomBytes(4).toString('hex')
const [worker, reader] = [`isoflag_worker_${name}`, `isoflag_reader_${name}`]
const at = daysAgo(2)
let db

before(async () => {
  db = await startPostgres()
  await layOut(db)
  await db.query(`
    CREATE ROLE ${worker} LOGIN PASSWORD 'w'; CREATE ROLE ${reader} LOGIN PASSWORD 'r';
    GRANT USAGE ON SCHEMA isoflag TO ${worker}, ${reader};
    GRANT EXECUTE ON FUNCTION isoflag.take_events, isoflag.take_exposures, isoflag.take_aliases, isoflag.take_losses, isoflag.tend TO ${worker};
    GRANT EXECUTE ON FUNCTION isoflag.observed, isoflag.count_step TO ${reader};
    GRANT EXECUTE ON PROCEDURE isoflag.count TO ${reader};
  `)
})
after(async () => {
  await db?.query(`DROP OWNED BY ${worker}, ${reader}; DROP ROLE ${worker}, ${reader}`)
  await db?.close()
})

const as = (username, password) => Object.assign(new URL(db.url), { username, password }).href

test('a worker needs what it is granted and no more, a reader gets the report and nothing else', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_POSTGRES_URL: as(worker, 'w') }, signs: true })
  const client = new pg.Client({ connectionString: as(reader, 'r') })
  await client.connect()
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))).experiments[0]
    await environment.putExperiments(plan(METRICS))
    const link = { type: 'alias', unitType: 'visitorId', unit: 'v-1', toType: 'userId', to: 'u-1', at }
    await environment.send([exposure(run, 'v-1', 'control', at), event('bought', 'v-1', at + 5), event('bought', 'x', at + 6, { units: { userId: 'u-1' } }), link], environment.keys.server)
    await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
    // A month without a partition is made as well.
    await db.query("DO $$ BEGIN EXECUTE (SELECT format('DROP TABLE isoflag.%I', max(relname::text)) FROM pg_class WHERE relname ~ '^events_[0-9]{4}_[0-9]{2}$'); END $$")
    await environment.send([event('other', 'v-1', at + 7)])
    await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
    assert.deepEqual(await db.query('SELECT isoflag.keep_partitions() AS made'), [{ made: 0 }])

    const ask = () => client.query('SELECT isoflag.observed($1, $2, $3, $4) AS cells', ['production', 'checkout', run, JSON.stringify(METRICS)])
    await client.query(`CALL isoflag.count('production', 'checkout', '${run}', '${JSON.stringify(METRICS)}')`)
    assert.deepEqual((await ask()).rows[0].cells, await environment.cells('checkout'))
    for (const statement of [
      'SELECT * FROM isoflag.events', 'DELETE FROM isoflag.counted', "SELECT isoflag.take_events('production', '[]')", 'SELECT isoflag.tend()',
      'CREATE TABLE isoflag.mine ()', "SELECT isoflag.fold_step('production')", "SELECT isoflag.refresh_step(1, '{}')", 'SELECT isoflag.make_partitions(now()::date, 12)',
    ]) await assert.rejects(client.query(statement), error => error.code === '42501', statement)
  } finally {
    await client.end()
    await own.close()
  }
})

test('what a reader has laid in its way the report does not step on', async () => {
  const client = new pg.Client({ connectionString: as(reader, 'r') })
  await client.connect()
  try {
    // Functions and operators of its own are not found, and a table of the name of ours is not written to.
    await client.query(`
      CREATE FUNCTION pg_temp.trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
      CREATE TEMP TABLE isoflag_step (unit bigint);
      CREATE TRIGGER trap BEFORE INSERT OR TRUNCATE ON isoflag_step EXECUTE FUNCTION pg_temp.trap();
      CREATE FUNCTION pg_temp.hashtext(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
      SET search_path = pg_temp, isoflag, pg_catalog;
    `)
    const answer = await client.query("SELECT isoflag.observed('production', 'checkout', 'r', '{}')").catch(error => error)
    assert.ok(answer.rows?.length === 1 || /^must be owner of table/.test(answer.message), answer.message)
  } finally {
    await client.end()
  }
})
