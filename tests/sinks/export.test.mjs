// All facts out of the ledger, page by page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batches, daysAgo, event, exposure, oneExperiment, request, worker } from './kit.mjs'

const held = worker()
const at = daysAgo(3)

async function exported(environment, kind, from = '') {
  const lines = []
  for (let after = from; ; ) {
    const page = await request(`${environment.url}/v1/export?kind=${kind}&after=${after}`, { key: environment.keys.admin })
    assert.equal(page.status, 200)
    lines.push(...page.text.split('\n').filter(Boolean).map(line => JSON.parse(line)))
    after = page.headers.get('isoflag-after')
    if (page.headers.get('isoflag-more') === 'false') return { lines, after }
  }
}

test('every fact once, over pages, and only the new ones the next time', async () => {
  const environment = await held.own.environment('production')
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const shown = Array.from({ length: 60 }, (_, i) => exposure(run, `v-${i}`, 'control', at + i))
  // Each belongs to two units, which mostly are in two shards.
  const happened = Array.from({ length: 9_000 }, (_, i) => event('bought', `v-${i}`, at + i, { units: { visitorId: `v-${i}`, userId: `u-${i}` }, properties: { i } }))
  for (const part of batches([...shown, ...happened], 500)) await environment.send(part)
  const first = await exported(environment, 'events')
  assert.deepEqual(first.lines.map(one => one.id).sort(), happened.map(one => one.id).sort())
  assert.deepEqual(first.lines.find(one => one.id === happened[7].id).properties, { i: 7 })
  const exposures = await exported(environment, 'exposures')
  assert.deepEqual(exposures.lines.map(one => one.unit).sort(), shown.map(one => one.unit).sort())
  assert.deepEqual((await exported(environment, 'aliases')).lines, [])

  // One that turns out to be earlier is told again, once, as it is now.
  await environment.send([exposure(run, 'v-5', 'control', at - 9)])
  const again = await exported(environment, 'exposures', exposures.after)
  assert.deepEqual(again.lines.map(one => [one.unit, one.at]), [['v-5', at - 9]])
  assert.equal((await exported(environment, 'exposures')).lines.length, shown.length)

  const late = event('bought', 'late', at)
  await environment.send([late])
  assert.deepEqual((await exported(environment, 'events', first.after)).lines.map(one => one.id), [late.id])
})

test('only an admin key exports, and a cursor is held to its form', async () => {
  const environment = await held.own.environment('other')
  const status = async (key, query) => (await request(`${environment.url}/v1/export?${query}`, { key })).status
  assert.equal(await status(environment.keys.server, 'kind=events'), 403)
  assert.equal(await status(environment.keys.client, 'kind=events'), 403)
  for (const query of ['kind=people', '', 'kind=events&after=1', 'kind=events&after=a.b.c.d']) {
    const answer = await request(`${environment.url}/v1/export?${query}`, { key: environment.keys.admin })
    assert.deepEqual([answer.status, answer.json.error.field], [400, query.includes('after') ? 'after' : 'kind'])
  }
})
