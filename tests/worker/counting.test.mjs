// A history too long for one request is counted over several: each gets further, and between their steps facts are taken in. So it is when
// it is counted for the first time, and when a metric changes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY, METRICS, batches, daysAgo, event, exposure, must, oneExperiment, plan, request } from './kit.mjs'
import { wrappedWorker } from './wrapped.mjs'

// Tells how many rows a shard wrote in answer to one question, at most since it was last asked.
const ENTRY = `import worker, { Shard as Inside } from './seat.js'
export { Limiter, Registry } from './seat.js'
let most = 0
const seen = (object, otherwise) => new Proxy(object, {
  get: (_, name) => (name in otherwise ? otherwise[name] : typeof object[name] === 'function' ? object[name].bind(object) : object[name]),
})
export class Shard extends Inside {
  #cursors
  constructor(state, env) {
    const cursors = []
    const exec = (...given) => cursors[cursors.push(state.storage.sql.exec(...given)) - 1]
    super(seen(state, { storage: seen(state.storage, { sql: seen(state.storage.sql, { exec }) }) }), env)
    this.#cursors = cursors
  }
  async fetch(request) {
    this.#cursors.length = 0
    const response = await super.fetch(request)
    most = Math.max(most, this.#cursors.reduce((sum, cursor) => sum + cursor.rowsWritten, 0))
    return response
  }
}
export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== '/written') return worker.fetch(request, env, context)
    const rows = most
    most = 0
    return Response.json({ rows })
  },
}
`

let own
before(async () => (own = await wrappedWorker(ENTRY, { vars: { ISOFLAG_SHARDS: 1, ISOFLAG_RATE_PER_SECOND: 1e6, ISOFLAG_RATE_BURST: 1e6 }, signs: true })))
after(() => own?.close())

const at = daysAgo(9)
/** More than one request counts on one shard. */
const UNITS = 85_000
/** A shard counts 10,000 units in answer to one question, and writes a dozen rows for each: its day, its totals, what was there before. */
const ROWS = 120_000

test('a report on more units than a request may count', { timeout: 400_000 }, async () => {
  const environment = await own.environment('long')
  const { run } = (await environment.putDatafile(oneExperiment('checkout', { control: 50, one: 50 }))).experiments[0]
  const arm = i => (i % 2 ? 'one' : 'control')
  const metrics = windowDays => ({ ...METRICS, orders: { ...METRICS.orders, windowDays } })
  await environment.putExperiments(plan(metrics(7)))
  for (const part of batches(Array.from({ length: UNITS }, (_, i) => exposure(run, `v-${i}`, arm(i), at)), 500)) await environment.send(part)
  // One event of each buyer, from the first to the seventh day.
  const buyers = new Set()
  const buy = async units => {
    units.forEach(unit => buyers.add(unit))
    for (const part of batches(units.map(i => event('bought', `v-${i}`, at + (i % 7) * DAY + 1)), 500)) await environment.send(part)
  }
  await buy(Array.from({ length: 15_000 }, (_, i) => 3 * i))

  const ask = () => request(`${environment.url}/v1/experiments/checkout/cells`, { key: environment.keys.server })
  const left = ({ status, text, json }) => (status === 200 ? 0 : Number(/^still counting: (\d+) units are left; what was counted is kept/.exec(json.error.message)?.[1] ?? assert.fail(text)))
  const written = async () => (await must(200, `${own.url}/written`)).rows
  const count = async (windowDays, meanwhile) => {
    await written()
    const first = await ask()
    assert.deepEqual([first.status, first.headers.get('retry-after'), first.json?.error?.code], [503, '1', 'counting'], first.text)
    assert.ok(left(first) > 0 && left(first) < UNITS, first.text)
    // Nobody's report keeps anybody's events out, and what comes meanwhile is counted as well.
    const [second] = await Promise.all([ask(), buy(meanwhile)])
    assert.ok(left(second) < left(first), second.text)
    const cells = await environment.cells('checkout')
    assert.deepEqual(Object.fromEntries(cells.units.map(({ variant, units }) => [variant, units])), { control: UNITS / 2, one: UNITS / 2 })
    const sums = key => Object.fromEntries(cells.metrics[key].map(({ variant, sum }) => [variant, sum]))
    const expected = days => Object.fromEntries(['control', 'one'].map(variant => [variant, [...buyers].filter(i => arm(i) === variant && i % 7 < days).length]))
    assert.deepEqual([sums('bought'), sums('orders')], [expected(7), expected(windowDays)])
    const rows = await written()
    assert.ok(rows > UNITS / 10 && rows < ROWS, `${rows} rows in answer to one question`)
  }
  await count(7, [7, 84_998, 84_999])

  // Another window for one of them: all is counted anew, bit by bit as the first time, and by what is asked for last.
  await environment.putExperiments(plan(metrics(3)))
  assert.equal((await ask()).status, 503)
  await environment.putExperiments(plan(metrics(5)))
  await count(5, [8, 10, 84_994, 84_995])
})
