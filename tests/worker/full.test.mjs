// A storage without room, and one that is not there: nothing is acknowledged, whoever sends is told to keep what it has, and goes on once
// there is room. In an object that is full retention makes some.
//
// The runtime has a bound on the pages of an object, for tests: the same error as at the size the platform allows, without 10 GB.

import assert from 'node:assert/strict'
import { mkdir, readdir, rename, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cells, differs, givenBy } from './reference.mjs'
import { wrappedWorker } from './wrapped.mjs'
import { DAY, METRICS, batches, daysAgo, event, exposure, must, oneExperiment, ownWorker, plan, request, seeded, until, uuidv7 } from './kit.mjs'

const ENTRY = `import worker, { Shard as Roomy } from './seat.js'
export { Limiter, Registry } from './seat.js'
export class Shard extends Roomy {
  constructor(state, env) {
    super(state, env)
    if (env.PAGES) state.storage.sql.setMaxPageCountForTest(Number(env.PAGES))
  }
}
export default worker
`

const ARMS = { control: 50, one: 50 }
const given = givenBy('checkout', ARMS)

/** No page more than there are. */
const FULL = { PAGES: '1' }

const boundedWorker = vars => wrappedWorker(ENTRY, { vars, experimental: true })

const post = (environment, events) => request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.server, body: { events } })

async function exported(environment) {
  const ids = []
  for (let after = ''; ; ) {
    const page = await request(`${environment.url}/v1/export?kind=events&after=${after}`, { key: environment.keys.admin })
    assert.equal(page.status, 200, page.text)
    ids.push(...page.text.split('\n').filter(Boolean).map(line => JSON.parse(line).id))
    after = page.headers.get('isoflag-after')
    if (page.headers.get('isoflag-more') === 'false') return ids.sort()
  }
}

const ids = events => events.filter(one => one.type === 'event').map(one => one.id).sort()

/** Sends batches until one is refused for want of room, and answers that one, having checked what it was told. */
async function fill(environment, make, sent) {
  for (let i = 0; i < 400; i++) {
    const batch = make()
    const answer = await post(environment, batch)
    if (answer.status === 200) {
      sent.push(...batch)
      continue
    }
    assert.deepEqual([answer.status, answer.headers.get('retry-after'), answer.json.error.code], [503, '30', 'storage'], answer.text)
    assert.match(answer.json.error.message, /^the storage is full; /)
    return batch
  }
  throw new Error('the storage has room without end')
}

test('a full storage acknowledges nothing, says so, and takes the same again once there is room', async () => {
  const own = await boundedWorker({ ISOFLAG_SHARDS: '1' })
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    await environment.putExperiments(plan())
    const at = daysAgo(3)
    let unit = 0
    const make = () => Array.from({ length: 20 }, () => [exposure(run, `v-${++unit}`, given(`v-${unit}`), at), event('bought', `v-${unit}`, at + 1000, { properties: { text: 'x'.repeat(500) } })]).flat()
    const sent = make()
    await environment.send(sent)
    assert.deepEqual((await request(`${own.url}/healthz`)).json, { ok: true })

    await own.again({ ISOFLAG_SHARDS: '1', ...FULL })
    const refused = await fill(environment, make, sent)
    const health = await request(`${own.url}/healthz`)
    assert.deepEqual([health.status, health.json.error.code], [503, 'storage'], health.text)
    // What is there can be read, and nothing of what was refused is.
    assert.deepEqual(await exported(environment), ids(sent))

    await own.again({ ISOFLAG_SHARDS: '1' })
    const answer = await post(environment, refused)
    assert.deepEqual([answer.status, answer.json], [200, { accepted: refused.length, duplicates: 0, rejected: [] }])
    sent.push(...refused)
    assert.equal(differs(await environment.cells('checkout'), cells(sent, { experiment: 'checkout', run, metrics: METRICS, arms: ARMS })), null)
    assert.equal((await request(`${own.url}/healthz`)).status, 200)
  } finally {
    await own.close()
  }
})

test('in a full object old events go, no number changes, and there is room', async () => {
  const random = seeded(3)
  const vars = { ISOFLAG_SHARDS: '1', ISOFLAG_RETENTION_DAYS: '90' }
  const own = await boundedWorker(vars)
  try {
    const environment = await own.environment('production')
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    await environment.putExperiments(plan())
    const start = daysAgo(25)
    const bought = at => event('bought', `v-${random.below(400)}`, at, { id: uuidv7(at, random.bytes(10)), properties: { value: random.below(10_000) / 100 } })
    const sent = Array.from({ length: 400 }, (_, i) => exposure(run, `v-${i}`, given(`v-${i}`), start))
    sent.push(...Array.from({ length: 4000 }, () => bought(start + random.below(10 * DAY))))
    for (const batch of batches(sent, 400)) await environment.send(batch, environment.keys.server)
    const expected = () => cells(sent, { experiment: 'checkout', run, metrics: METRICS, arms: ARMS })
    assert.equal(differs(await environment.cells('checkout'), expected()), null)

    await own.again({ ...vars, ...FULL })
    // To the last page: smaller and smaller batches.
    for (const length of [100, 10, 1]) await fill(environment, () => Array.from({ length }, () => bought(start + random.below(10 * DAY))), sent)

    await own.again({ ...vars, ...FULL, ISOFLAG_RETENTION_DAYS: '0.00001' })
    await until(async () => (await must(200, `${own.url}/v1/sinks`, { key: environment.keys.admin })).retention.archived, archived => archived === ids(sent).length)
    assert.deepEqual(await exported(environment), [])
    assert.equal(differs(await environment.cells('checkout'), expected()), null)

    await own.again({ ...vars, ...FULL, ISOFLAG_RETENTION_DAYS: '30' })
    const now = Date.now()
    for (let i = 0; i < 5; i++) assert.equal((await post(environment, Array.from({ length: 400 }, (_, n) => event('bought', `v-${n}`, now)))).status, 200)
  } finally {
    await own.close()
  }
})

test('a storage that cannot be opened is said to be out of reach, by the health check too', async () => {
  const own = await ownWorker({ vars: { ISOFLAG_SHARDS: '1' } })
  try {
    const environment = await own.environment('production')
    await environment.send([event('bought', 'v-1', daysAgo(1))])
    const hide = async kind => {
      const folder = join(own.folder, 'ledger', `isoflag-${kind}`)
      const files = (await readdir(folder)).filter(name => name.endsWith('.sqlite') && name !== 'metadata.sqlite').map(name => join(folder, name))
      for (const file of files) {
        await rename(file, `${file}.away`)
        await mkdir(file)
      }
      return async () => {
        for (const file of files) {
          await rmdir(file)
          await rename(`${file}.away`, file)
        }
      }
    }
    const said = /the storage cannot be reached; nothing is acknowledged before it is kept/

    await own.server.stop()
    const shard = await hide('Shard')
    await own.resurrect()
    const answer = await post(environment, [event('bought', 'v-2', daysAgo(1))])
    assert.deepEqual([answer.status, answer.headers.get('retry-after'), answer.json.error.code], [503, '5', 'storage'], answer.text)
    assert.match(answer.json.error.message, said)
    const health = await request(`${own.url}/healthz`)
    assert.deepEqual([health.status, health.json.error.code], [503, 'storage'], health.text)

    await own.server.stop()
    const registry = await hide('Registry')
    await assert.rejects(own.resurrect(), { message: said })
    await Promise.all([shard(), registry()])
    await own.resurrect()
    assert.equal((await exported(environment)).length, 1)
  } finally {
    await own.close()
  }
})
