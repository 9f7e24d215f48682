// Events the ledger let go of are still in PostgreSQL. So its report is the ledger's, but for the two things the ledger's says it could not
// make good: there it is whole, as if nothing had gone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, differs, givenBy } from '../worker/reference.mjs'
import { DAY, METRICS, daysAgo, event, exposure, oneExperiment, ownWorker, plan, request, sinksOf, startPostgres, until } from './kit.mjs'

const ARMS = { control: 50, fresh: 50 }
const given = givenBy('checkout', ARMS)

test('what the ledger calls stranded or partial PostgreSQL has, and everything else is the same', async () => {
  const db = await startPostgres()
  const vars = { ISOFLAG_POSTGRES_URL: db.url, ISOFLAG_SHARDS: '2' }
  const own = await ownWorker({ vars: { ...vars, ISOFLAG_RETENTION_DAYS: '0' } })
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    await environment.putExperiments(plan(METRICS))
    let metrics = METRICS
    const at = daysAgo(40)
    const facts = [
      ...Array.from({ length: 20 }, (_, i) => [exposure(run, `v-${i}`, given(`v-${i}`), at), event('bought', `v-${i}`, at + DAY, { properties: { value: i } })]).flat(),
      event('bought', 'x', at + DAY, { units: { userId: 'u-1' }, properties: { value: 1000 } }),
    ]
    const sql = async () => {
      await until(() => sinksOf(environment, request), ([sink]) => sink.lag === 0)
      return (await db.query('SELECT isoflag.observed($1, $2, $3, $4) AS cells', ['production', 'checkout', run, JSON.stringify(metrics)]))[0].cells
    }
    const whole = (...more) => cells([...facts, ...more], { experiment: 'checkout', run, metrics, arms: ARMS })
    await environment.send(facts, environment.keys.server)
    assert.equal(differs(await sql(), whole()), null)

    const { url } = environment
    const retention = async () => (await request(`${url}/v1/sinks`, { key: environment.keys.admin })).json.retention
    await own.again({ ...vars, ISOFLAG_RETENTION_DAYS: '0.00001' })
    // An event with two units is in two shards.
    await until(retention, ({ archived }) => archived === facts.filter(one => one.type === 'event').length)
    await own.again({ ...vars, ISOFLAG_RETENTION_DAYS: '30' })
    assert.equal(differs(await environment.cells('checkout'), whole()), null)
    assert.equal(differs(await sql(), whole()), null)

    // A link that would have moved what is gone: the ledger's is missing it, says so, and is otherwise the same.
    const link = { type: 'alias', unitType: 'visitorId', unit: 'v-3', toType: 'userId', to: 'u-1', at: Date.now() }
    await environment.send([link])
    const { stranded, ...rest } = await environment.cells('checkout')
    assert.deepEqual([stranded, differs(rest, whole())], [1, null])
    assert.equal(differs(await sql(), whole(link)), null)

    // A window that nobody had asked for when its events went.
    metrics = { ...METRICS, longer: { kind: 'sum', event: 'bought', property: 'value', windowDays: 30 } }
    await environment.putExperiments(plan(metrics))
    const { partial, metrics: counted } = await environment.cells('checkout')
    assert.deepEqual([Object.keys(partial), counted.longer], [['longer'], undefined])
    assert.equal(differs(await sql(), whole(link)), null)
  } finally {
    await own.close()
    await db.close()
  }
})
