// An isolate has 128 MB for everything. Events as long as any may be go through sinks, export and a move to other shards in portions of
// some megabytes, however many there are and however many units they are carried for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batches, daysAgo, must, ownWorker, request, until, uuidv7 } from './kit.mjs'
import { endpoint } from '../sinks/kit.mjs'
import { wrappedWorker } from './wrapped.mjs'

// The memory of a wasm never shrinks: its size is the most that was needed. Here all objects share it, which is more than they do elsewhere.
const ENTRY = `import worker from './seat.js'
import { memory } from './glue.js'
export * from './seat.js'
export default {
  fetch: (request, env, context) =>
    new URL(request.url).pathname === '/memory' ? Response.json({ bytes: memory() }) : worker.fetch(request, env, context),
}
`

async function gaugedWorker(vars) {
  const own = await wrappedWorker(ENTRY, { vars }, '\nexport const memory = () => wasm.memory.buffer.byteLength\n')
  return Object.assign(own, { megabytes: async () => (await must(200, `${own.url}/memory`)).bytes / 2 ** 20 })
}

const text = length => 'x'.repeat(length)

/** About 50 kB each. */
function longEvents(length, units) {
  const properties = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`p${i}`, text(1_000)]))
  const experiments = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`${i}${text(250)}`, text(256)]))
  const at = daysAgo(1)
  return Array.from({ length }, (_, i) => ({ type: 'event', id: uuidv7(at + i), name: 'long', units: units(i), at: at + i, properties, experiments }))
}

async function send(environment, events) {
  for (const part of batches(events, 9)) assert.equal((await environment.send(part, environment.keys.server)).accepted, part.length)
}

/** What an isolate of 128 MB can spare in its wasm: what is there is in the runtime's hands as well, and some of it more than once. */
const MEGABYTES = 20

test('a backlog on its way to a sink', async () => {
  let away = true
  const sink = await endpoint(() => (away ? 503 : 204))
  const own = await gaugedWorker({ ISOFLAG_SHARDS: '1', ISOFLAG_HTTP_SINK_URL: sink.url })
  try {
    const environment = await own.environment('production')
    const sent = longEvents(1100, i => ({ visitorId: `v-${i}` }))
    await send(environment, sent)
    away = false
    // Whoever asks for another try does not wait for the end of a pause.
    await must(200, `${own.url}/v1/sinks/replay`, { method: 'POST', key: environment.keys.admin, body: {} })
    await until(() => sink.taken.length, length => length === sent.length)
    assert.deepEqual(sink.taken.map(one => one.id), sent.map(one => one.id))
    const megabytes = await own.megabytes()
    assert.ok(megabytes < MEGABYTES, `${megabytes} MB`)
  } finally {
    await own.close()
    await sink.close()
  }
})

test('an export from many shards, and a move to few', async () => {
  const own = await gaugedWorker({ ISOFLAG_SHARDS: '12' })
  try {
    const environment = await own.environment('production')
    const sent = longEvents(200, i => Object.fromEntries(Array.from({ length: 8 }, (_, kind) => [`kind${kind}`, `u-${i}-${kind}`])))
    await send(environment, sent)
    const exported = async () => {
      const ids = []
      for (let after = ''; ; ) {
        const page = await request(`${own.url}/v1/export?kind=events&after=${after}`, { key: environment.keys.admin })
        assert.equal(page.status, 200, page.text)
        ids.push(...page.text.split('\n').filter(Boolean).map(line => JSON.parse(line).id))
        after = page.headers.get('isoflag-after')
        if (page.headers.get('isoflag-more') === 'false') return assert.deepEqual(ids.sort(), sent.map(one => one.id))
      }
    }
    await exported()
    const read = await own.megabytes()
    for (const shards of [2, 3]) {
      let state
      do state = (await must(200, `${own.url}/v1/reshard`, { method: 'POST', key: environment.keys.admin, body: { shards } })).state
      while (state !== 'done')
    }
    const moved = await own.megabytes()
    await exported()
    assert.ok(read < MEGABYTES && moved < MEGABYTES, `${read} MB for the export, then ${moved} MB`)
  } finally {
    await own.close()
  }
})
