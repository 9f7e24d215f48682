// A request may make 1,000 calls, on the platform. With as many shards as there may be, every request stays below.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { batches, counts, daysAgo, event, exposure, must, oneExperiment, plan, request } from './kit.mjs'
import { wrappedWorker } from './wrapped.mjs'

// Counts the calls of each request to objects, tells them, and refuses those beyond the limit as the platform does.
const ENTRY = `import worker from './seat.js'
export * from './seat.js'
const MOST = 1000
const seen = (object, otherwise) => new Proxy(object, {
  get: (_, name) => {
    if (Object.hasOwn(otherwise, name)) return otherwise[name]
    return typeof object[name] === 'function' && name !== 'constructor' ? object[name].bind(object) : object[name]
  },
})
export default {
  async fetch(request, env, context) {
    let calls = 0
    const objects = namespace => seen(namespace, {
      getByName: name => {
        const stub = namespace.getByName(name)
        return seen(stub, { fetch: (...given) => (++calls > MOST ? Promise.reject(new Error('Too many subrequests.')) : stub.fetch(...given)) })
      },
    })
    const { REGISTRY, SHARD, LIMITER, ...rest } = env
    const response = await worker.fetch(request, { ...rest, REGISTRY: objects(REGISTRY), SHARD: objects(SHARD), LIMITER: objects(LIMITER) }, context)
    const answer = new Response(response.body, response)
    answer.headers.set('test-calls', String(calls))
    return answer
  },
}
`

let own
before(async () => (own = await wrappedWorker(ENTRY, { vars: { ISOFLAG_SHARDS: '1' }, signs: true })))
after(() => own?.close())

test('1 → 256 → 250 shards, with reports, links and exports', { timeout: 500_000 }, async () => {
  const environment = await own.environment('production')
  const { run } = (await environment.putDatafile(oneExperiment('checkout', { control: 50, one: 50 }))).experiments[0]
  await environment.putExperiments(plan())
  const at = daysAgo(3)
  const sent = Array.from({ length: 1000 }, (_, i) => [exposure(run, `v-${i}`, i % 2 ? 'one' : 'control', at), event('bought', `v-${i}`, at + 1000)]).flat()
  for (const part of batches(sent, 500)) await environment.send(part, environment.keys.server)

  const most = { move: 0, other: 0 }
  const ask = async (what, method, path, body) => {
    const answer = await request(`${own.url}/v1/${path}`, { method, key: path === 'events' ? environment.keys.server : environment.keys.admin, body })
    assert.equal(answer.status, 200, answer.text)
    most[what] = Math.max(most[what], Number(answer.headers.get('test-calls')))
    return answer
  }
  let orders = 500
  for (const shards of [256, 250]) {
    let state
    for (let steps = 0; state !== 'done'; steps++) {
      assert.ok(steps < 60, `${shards} shards`)
      state = (await ask('move', 'POST', 'reshard', { shards })).json.state
    }
    assert.equal((await ask('move', 'GET', 'reshard')).json.ledger.shards, shards)
    // Each of a thousand users has bought as well, and is one of the visitors.
    const links = Array.from({ length: 500 }, (_, i) => ({ type: 'alias', unitType: 'visitorId', unit: `v-${i}`, toType: 'userId', to: `u-${shards}-${i}`, at: Date.now() }))
    const bought = links.map(link => event('bought', 'nobody', at + 2000, { units: { userId: link.to } }))
    for (const part of batches(bought, 500)) await ask('other', 'POST', 'events', { events: part })
    await ask('other', 'POST', 'events', { events: links })
    orders += 250
    const { totals, units } = counts((await ask('other', 'GET', 'experiments/checkout/report')).json)
    assert.deepEqual([units, totals.orders], [{ control: 500, one: 500 }, { control: orders, one: orders }], `${shards} shards`)
    await ask('other', 'GET', 'export?kind=events')
  }
  // Two generations, 257 shards.
  assert.equal((await must(200, `${own.url}/v1/reshard`, { key: environment.keys.admin })).leftBehind.length, 2)
  const erased = (await ask('other', 'DELETE', 'reshard/left-behind')).json
  assert.deepEqual([erased.erased.map(one => one.shards), erased.left], [[1, 256], 0])
  assert.ok(most.move > 500 && most.move < 1000 && most.other < 1000, JSON.stringify(most))
})
