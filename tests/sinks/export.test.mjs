// All facts out of the ledger, page by page.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { batches, daysAgo, event, exposure, oneExperiment, openEnvironment, request, sha256, startWorkerd, worker } from './kit.mjs'

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

test('what some shard has of a batch that was never acknowledged is told once, before and after it is sent again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-half-'))
  const copy = join(folder, 'worker')
  await cp(fileURLToPath(new URL('../../build/worker', import.meta.url)), copy, { recursive: true })
  const seat = await readFile(join(copy, 'index.js'), 'utf8')
  // The first shard is away the first time somebody writes what is called `half` to it.
  const absent = seat.replace(/ {4}fetch\(request\) \{\n/, `    async fetch(request) {
      if (request.url.endsWith('/production/0') && !globalThis.wasAway && (await request.clone().text()).includes('"half"')) {
        globalThis.wasAway = true
        throw new Error('away')
      }
`)
  assert.notEqual(absent, seat, 'the seat looks other than expected')
  await writeFile(join(copy, 'index.js'), absent)
  const server = await startWorkerd({ storage: join(folder, 'ledger'), rootKeySha256: sha256('root'), vars: { ISOFLAG_SHARDS: 2 }, worker: copy })
  try {
    const environment = await openEnvironment({ url: server.url, rootKey: 'root' })
    const probe = await openEnvironment({ url: server.url, rootKey: 'root', environment: 'probe' })
    // Where a unit lives is seen from which shard an event of it alone is read.
    let position = '0.0'
    const home = async (type, unit) => {
      await probe.send([event('x', unit, at, { units: { [type]: unit } })])
      const before = position
      position = (await exported(probe, 'events', before)).after
      return position.split('.')[0] === before.split('.')[0] ? 1 : 0
    }
    const homes = []
    for (let i = 0; i < 16; i++) homes.push([await home('visitorId', `v-${i}`), await home('userId', `u-${i}`)])
    const apart = homes.filter(([one, two]) => one !== two).length
    assert.ok(apart > 2 && apart < 14)

    const both = homes.map((_, i) => event('half', `v-${i}`, at + i, { units: { visitorId: `v-${i}`, userId: `u-${i}` }, properties: { i } }))
    const sending = await request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { events: both } })
    assert.equal(sending.status, 503)
    const stored = both.filter((_, i) => homes[i].includes(1))
    const ids = list => list.map(one => one.id).sort()
    const first = await exported(environment, 'events')
    assert.deepEqual(ids(first.lines), ids(stored))
    assert.deepEqual(first.lines.find(one => one.id === stored[0].id).properties, stored[0].properties)
    assert.deepEqual((await exported(environment, 'events', first.after)).lines, [])

    const again = await environment.send(both)
    assert.deepEqual([again.accepted, again.duplicates], [both.length - stored.length, stored.length])
    const rest = await exported(environment, 'events', first.after)
    assert.deepEqual(ids([...first.lines, ...rest.lines]), ids(both))
    assert.deepEqual(ids((await exported(environment, 'events')).lines), ids(both))
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
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
