// A history too long for one request is counted over several: each gets further, and between their steps facts are taken in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batches, daysAgo, event, exposure, oneExperiment, plan, request, worker } from './kit.mjs'

const held = worker({ vars: { ISOFLAG_SHARDS: 1, ISOFLAG_RATE_PER_SECOND: 1e6, ISOFLAG_RATE_BURST: 1e6 } })
const at = daysAgo(3)
/** More than one request counts on one shard. */
const UNITS = 85_000

test('a report on more units than a request may count', { timeout: 240_000 }, async () => {
  const environment = await held.own.environment('long')
  const { run } = (await environment.putDatafile(oneExperiment('checkout', { control: 50, one: 50 }))).experiments[0]
  await environment.putExperiments(plan())
  const arm = i => (i % 2 ? 'one' : 'control')
  for (const part of batches(Array.from({ length: UNITS }, (_, i) => exposure(run, `v-${i}`, arm(i), at)), 500)) await environment.send(part)

  const ask = () => request(`${held.own.url}/v1/experiments/checkout/cells`, { key: environment.keys.server })
  const first = await ask()
  assert.equal(first.status, 503, first.text)
  assert.equal(first.headers.get('retry-after'), '1')
  const left = Number(/^still counting: (\d+) units are left; what was counted is kept/.exec(first.json.error.message)?.[1])
  assert.ok(left > 0 && left < UNITS, first.text)

  // Nobody's report keeps anybody's events out, and what comes meanwhile is counted as well.
  const [second] = await Promise.all([ask(), environment.send([event('bought', 'v-7', at + 1000), event('bought', 'v-84999', at + 1000)])])
  assert.ok(second.status === 200 || Number(/(\d+) units/.exec(second.json.error.message)[1]) < left, second.text)
  const cells = await environment.cells('checkout')
  const units = Object.fromEntries(cells.units.map(({ variant, units }) => [variant, units]))
  assert.deepEqual(units, { control: UNITS / 2, one: UNITS / 2 })
  assert.equal(cells.metrics.bought.reduce((sum, cell) => sum + cell.sum, 0), 2)
})
