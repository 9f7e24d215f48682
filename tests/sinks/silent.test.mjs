// A sink that accepts a connection and says nothing has failed, and is no reason for others to wait.

import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { daysAgo, endpoint, event, ownWorker, request, sinksOf, until } from './kit.mjs'

test('a PostgreSQL that accepts and says nothing is noted as failing, and the other sink gets what comes later', async () => {
  const sockets = new Set()
  const silent = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise(done => silent.listen(0, '127.0.0.1', done))
  const taker = await endpoint()
  const vars = { ISOFLAG_SHARDS: '1', ISOFLAG_HTTP_SINK_URL: taker.url, ISOFLAG_POSTGRES_URL: `postgres://u:p@127.0.0.1:${silent.address().port}/d?sslmode=disable` }
  const own = await ownWorker({ vars })
  try {
    const environment = await own.environment('production')
    const at = daysAgo(1)
    await environment.send([event('bought', 'v-0', at)])
    await until(() => taker.taken.length, length => length === 1)
    assert.ok(sockets.size > 0)
    await environment.send(Array.from({ length: 4 }, (_, i) => event('bought', `v-${i + 1}`, at + i + 1)))
    const started = Date.now()
    while (taker.taken.length < 5 && Date.now() - started < 40_000) await new Promise(done => setTimeout(done, 200))
    assert.equal(taker.taken.length, 5)
    const sinks = await sinksOf(environment, request)
    const [postgres, http] = ['postgres', 'http'].map(name => sinks.find(one => one.sink === name))
    assert.ok(postgres.failing > 0)
    assert.deepEqual([postgres.error, postgres.lag, http.failing, http.error], ['no answer within 15 s', 5, 0, null])
  } finally {
    await own.close()
    await taker.close()
    for (const socket of sockets) socket.destroy()
    await new Promise(done => silent.close(done))
  }
})
