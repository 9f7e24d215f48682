// Facts on their way to an endpoint of one's own: through failures, refusals and traps of the worker itself.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { DAY, daysAgo, endpoint, event, exposure, must, oneExperiment, openEnvironment, ownWorker, request, sha256, sinksOf, startWorkerd, until } from './kit.mjs'

const at = daysAgo(2)
const vars = ({ url }) => ({ ISOFLAG_HTTP_SINK_URL: url, ISOFLAG_HTTP_SINK_AUTHORIZATION: 'Bearer s3cret' })

test('an endpoint gets every fact, through failures; what it refuses waits until it is asked for again', async () => {
  let mood = 'failing'
  const calls = []
  const taker = await endpoint((body, headers) => {
    calls.push([mood, headers.authorization, body.environment, body.kind])
    if (mood === 'failing') return 503
    return mood === 'fussy' && body.facts.some(fact => fact.name === 'odd') ? 422 : 204
  })
  const own = await ownWorker({ vars: vars(taker) })
  try {
    const environment = await own.environment('production')
    const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    const facts = [exposure(run, 'v-1', 'control', at), ...Array.from({ length: 20 }, (_, i) => event(i === 7 ? 'odd' : 'bought', `v-${i}`, at + i))]
    await environment.send(facts)
    const [failing] = await until(() => sinksOf(environment, request), ([one]) => one.failing > 0)
    assert.deepEqual([failing.sink, failing.error, failing.dead, failing.lag], ['http', 'the endpoint answered 503', 0, facts.length])
    assert.deepEqual(taker.taken, [])

    mood = 'fussy'
    const [fussy] = await until(() => sinksOf(environment, request), ([one]) => one.lag === 0)
    assert.deepEqual([fussy.dead, fussy.reasons, fussy.failing, fussy.error], [1, ['the endpoint answered 422'], 0, null])
    const names = () => taker.taken.map(fact => fact.name ?? fact.type).sort()
    assert.deepEqual(new Set(taker.taken.map(fact => fact.id)).size, facts.length - 1)
    assert.ok(!names().includes('odd'))
    const [shown] = taker.taken.filter(fact => fact.type === 'exposure')
    assert.deepEqual([shown.experiment, shown.run, shown.unitType, shown.unit, shown.variant, shown.at, shown.imported], ['checkout', run, 'visitorId', 'v-1', 'control', at, false])

    mood = 'kind'
    assert.deepEqual((await request(`${environment.url}/v1/sinks/replay`, { method: 'POST', key: environment.keys.admin })).json, { replayed: 1 })
    await until(() => sinksOf(environment, request), ([one]) => one.dead === 0)
    assert.ok(names().includes('odd'))
    assert.ok(calls.every(([, authorization, name]) => authorization === 'Bearer s3cret' && name === 'production'))
  } finally {
    await own.close()
    await taker.close()
  }
})

test('losses are facts too: sums by shard, day and reason that only grow', async () => {
  const taker = await endpoint()
  const own = await ownWorker({ vars: vars(taker) })
  try {
    const environment = await own.environment('production')
    const say = (sender, dropped) => must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { sender, dropped, events: [] } })
    const before = Math.floor(Date.now() / DAY)
    await say('s-1', { queue_full: 2 })
    await until(() => taker.taken, taken => taken.length > 0)
    // Nobody else wakes the shard.
    await say('s-1', { queue_full: 5 })
    await say('s-1', { queue_full: 3 })
    const taken = await until(() => taker.taken, facts => facts.some(fact => fact.count === 5))
    const { day, shard, ...loss } = taken.at(-1)
    assert.deepEqual(loss, { type: 'loss', generation: 0, reason: 'queue_full', count: 5 })
    assert.ok(day >= before && day <= Date.now() / DAY && taken.every(fact => fact.shard === shard))
    const page = await request(`${environment.url}/v1/export?kind=losses`, { key: environment.keys.admin })
    assert.deepEqual(page.text.split('\n').filter(Boolean).map(line => JSON.parse(line)), [taken.at(-1)])
  } finally {
    await own.close()
    await taker.close()
  }
})

test('a sink that is added later gets everything from the beginning', async () => {
  const taker = await endpoint()
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-later-'))
  const start = more => startWorkerd({ storage: join(folder, 'ledger'), rootKeySha256: sha256('root'), vars: more })
  let server = await start({})
  try {
    const environment = await openEnvironment({ url: server.url, rootKey: 'root' })
    const events = Array.from({ length: 10 }, (_, i) => event('bought', `v-${i}`, at + i))
    await environment.send(events)
    assert.deepEqual(await sinksOf(environment, request), [])
    await server.stop()
    server = await start(vars(taker))
    await until(() => sinksOf({ ...environment, url: server.url }, request), ([one]) => one.lag === 0)
    assert.deepEqual(taker.taken.map(fact => fact.id).sort(), events.map(one => one.id).sort())
  } finally {
    await server.stop()
    await taker.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('an alarm that traps rings again', async () => {
  const taker = await endpoint()
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-alarm-'))
  const worker = join(folder, 'worker')
  await cp(fileURLToPath(new URL('../../build/worker', import.meta.url)), worker, { recursive: true })
  const glue = await readFile(join(worker, 'glue.js'), 'utf8')
  // The first alarm runs the wasm on memory that is not there.
  const broken = glue.replace(/( {4}alarm\(\) \{\n)/, `$1        if (!globalThis.trappedOnce) {
            globalThis.trappedOnce = true
            __wbg_call_guard()
            try { wasm.shard_alarm(0xfffffff0) } catch (error) { __wbg_handle_catch(error) }
        }\n`)
  assert.notEqual(broken, glue, 'the glue looks other than expected')
  await writeFile(join(worker, 'glue.js'), broken)
  let said = ''
  const server = await startWorkerd({ storage: join(folder, 'ledger'), rootKeySha256: sha256('root'), vars: { ...vars(taker), ISOFLAG_SHARDS: 1 }, worker, log: text => (said += text) })
  try {
    const environment = await openEnvironment({ url: server.url, rootKey: 'root' })
    await environment.send([event('bought', 'v-1', at)])
    await until(() => taker.taken.length, length => length === 1)
    assert.match(said, /the worker was restarted|RuntimeError/)
  } finally {
    await server.stop()
    await taker.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('what came before its run was published is judged without a report, and the sink hears of it', async () => {
  const taker = await endpoint()
  const own = await ownWorker({ vars: { ...vars(taker), ISOFLAG_SHARDS: 1 } })
  try {
    const [environment, elsewhere] = [await own.environment('production'), await own.environment('elsewhere')]
    const datafile = oneExperiment('checkout', { control: 50, fresh: 50 })
    const { run } = (await elsewhere.putDatafile(datafile)).experiments[0]
    await environment.send(['control', 'fresh', 'made-up'].map(variant => exposure(run, 'v-1', variant, at)))
    const told = () => Object.fromEntries(taker.taken.filter(({ type }) => type === 'exposure').map(({ variant, verdict }) => [variant, verdict]))
    await until(() => told(), heard => Object.keys(heard).length === 3)
    assert.deepEqual(told(), { control: 'unknown_run', fresh: 'unknown_run', 'made-up': 'unknown_run' })
    await environment.putDatafile(datafile)
    // A shard asks once a minute at most. One that starts does not know when it asked.
    await own.restart()
    await environment.send([event('bought', 'v-1', at)])
    await until(() => Object.values(told()).sort().join(), heard => heard === 'mismatched,unknown_program,unknown_run')
    assert.equal(told()['made-up'], 'unknown_run')
  } finally {
    await own.close()
    await taker.close()
  }
})
