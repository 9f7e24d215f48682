// `isoflag reshard` against a worker, and against one that stumbles.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { daysAgo, event, oneExperiment, worker } from '../worker/kit.mjs'
import { installCli } from './support.mjs'

const cli = await installCli()
const held = worker({ vars: { ISOFLAG_SHARDS: '2' } })
let environment

before(async () => {
  await held.ready
  environment = await held.own.environment('production')
  await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  await environment.send(Array.from({ length: 300 }, (_, i) => event('bought', `v-${i}`, daysAgo(1) + i)))
})

const run = (url, ...args) => cli.isoflag(['reshard', ...args, '--url', url], { env: { ISOFLAG_ADMIN_KEY: environment.keys.admin } })

test('there and back, and the old ones are erased', async () => {
  const { url } = environment
  const there = await run(url, '3')
  assert.deepEqual([there.code, there.err], [0, ''])
  assert.match(there.out, /^production has 3 shards: 300 rows carried in [\d.]+ s\nleft behind and sealed: 2; `isoflag reshard --erase` erases them\n$/)
  assert.equal((await run(url, '3')).out, 'production has 3 shards\nleft behind and sealed: 2; `isoflag reshard --erase` erases them\n')
  const back = await run(url, '1', '--json')
  const { ledger, moving, leftBehind, rows } = JSON.parse(back.out)
  assert.deepEqual([back.code, ledger.shards, moving, leftBehind.map(one => one.shards), rows], [0, 1, null, [2, 3], 300])
  assert.equal((await run(url, '--erase')).out, 'production has 1 shard\n')
  assert.equal((await environment.send([event('bought', 'v-1', daysAgo(1))])).accepted, 1)
})

test('a move that somebody else began is told, and can be called off', async () => {
  const { url, keys } = environment
  const begun = await fetch(`${url}/v1/reshard`, { method: 'POST', headers: { authorization: `Bearer ${keys.admin}` }, body: JSON.stringify({ shards: 5, loads: 1 }) })
  assert.equal((await begun.json()).state, 'moving')
  assert.match((await run(url)).out, /^production has 1 shard\na move to 5 is under way; /)
  const other = await run(url, '4')
  assert.deepEqual([other.code, other.out], [2, ''])
  assert.match(other.err, /a move to 5 shards is under way/)
  assert.match((await run(url, '--call-off')).out, /^production has 1 shard\nleft behind and sealed: 5; /)
})

test('a step that fails is asked for again when the worker says so', async () => {
  const steps = [[503, { error: { message: 'busy' } }, '0'], [200, { state: 'moving', carrying: 'events', rows: 7 }], [500, { error: { message: 'failed' } }, '0'], [200, { state: 'done', shards: 8, rows: 9 }]]
  const asked = []
  const server = createServer((request, response) => {
    asked.push(request.method)
    const [status, body, retry] = request.method === 'GET' ? [200, { ledger: { generation: 1, shards: 8 }, moving: null, leftBehind: [] }] : steps.shift()
    response.writeHead(status, { 'content-type': 'application/json', ...(retry && { 'retry-after': retry }) }).end(JSON.stringify(body))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const url = `http://127.0.0.1:${server.address().port}`
  assert.match((await run(url, '8')).out, /^production has 8 shards: 9 rows carried/)
  assert.deepEqual(asked, ['POST', 'POST', 'POST', 'POST', 'GET'])

  // One that asks for more patience than the move has is not waited for.
  steps.push([503, { error: { message: 'the storage is full' } }, '90'])
  const full = await run(url, '8')
  assert.deepEqual([full.code, full.out], [2, ''])
  assert.match(full.err, /answered 503: the storage is full[^]*the same command goes on where the move is/)
})

test('mistakes', async () => {
  for (const [args, said] of [[['many'], /`many` is no number of shards/], [['0'], /is no number of shards/], [['8', '--erase'], /three different things/], [['257'], /1 to 256/]]) {
    const { code, out, err } = await run(environment.url, ...args)
    assert.deepEqual([code, out], [2, ''], err)
    assert.match(err, said)
  }
})
