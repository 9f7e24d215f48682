// `isoflag export` and `isoflag replay` of the packed package against a worker.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { installCli } from '../cli/support.mjs'
import { batches, daysAgo, event, exposure, must, oneExperiment, worker } from './kit.mjs'

const cli = await installCli()
const held = worker()
const at = daysAgo(3)
let environment
let happened
let run

before(async () => {
  await held.ready
  environment = await held.own.environment('production')
  run = (await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))).experiments[0].run
  happened = Array.from({ length: 9_000 }, (_, i) => event('bought', `v-${i}`, at + i, { properties: { i, deep: { ü: [i] } } }))
  const shown = [exposure(run, 'v-1', 'control', at), exposure(run, 'v-2', 'fresh', at + 1, { program: 'a'.repeat(64) })]
  for (const part of batches([...shown, ...happened], 500)) await environment.send(part)
})

const isoflag = (...args) => cli.isoflag([...args, '--url', environment.url], { env: { ISOFLAG_ADMIN_KEY: environment.keys.admin } })

test('lines of JSON, all of them, and then only what is new', async () => {
  const all = await isoflag('export', 'events')
  assert.equal(all.code, 0, all.err)
  const lines = all.out.trim().split('\n').map(line => JSON.parse(line))
  assert.deepEqual(lines.map(line => line.id).sort(), happened.map(one => one.id).sort())
  const [, position] = /^9,000 events; go on with --after ([\d.]+)\n$/.exec(all.err)
  const none = await isoflag('export', 'events', '--after', position)
  assert.deepEqual([none.code, none.out, none.err], [0, '', `0 events; go on with --after ${position}\n`])
})

test('a Parquet file with the same facts, typed', async () => {
  for (const [kind, count] of [['events', 9_000], ['exposures', 2], ['aliases', 0]]) {
    const written = await isoflag('export', kind, '--parquet', `${kind}.parquet`)
    assert.deepEqual([written.code, written.out], [0, ''], written.err)
    const file = await readFile(join(cli.project, `${kind}.parquet`))
    const rows = await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) })
    assert.equal(rows.length, count)
    if (kind === 'events') {
      const expected = happened[4321]
      const row = rows.find(one => one.id === expected.id)
      assert.deepEqual([row.name, row.at.getTime(), row.units, row.properties, row.imported], ['bought', expected.at, expected.units, expected.properties, false])
    }
    if (kind === 'exposures') {
      const sorted = rows.sort((a, b) => a.at - b.at).map(row => [row.unit, row.variant, row.run, row.program ?? null])
      assert.deepEqual(sorted, [['v-1', 'control', run, null], ['v-2', 'fresh', run, 'a'.repeat(64)]])
    }
  }
})

test('what senders lost, by day', async () => {
  const day = Math.floor(Date.now() / 86_400_000)
  const lose = count => must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { sender: 's-1', dropped: { queue_full: count }, events: [] } })
  await lose(2)
  const lines = await isoflag('export', 'losses')
  const [, position] = /^1 loss; go on with --after ([\d.]+)\n$/.exec(lines.err)
  const { shard, ...line } = JSON.parse(lines.out)
  assert.ok(line.day === day || line.day === day + 1)
  assert.deepEqual(line, { type: 'loss', generation: 0, day: line.day, reason: 'queue_full', count: 2 })
  await lose(5)
  const grown = await isoflag('export', 'losses', '--after', position, '--parquet', 'losses.parquet')
  assert.equal(grown.code, 0, grown.err)
  const file = await readFile(join(cli.project, 'losses.parquet'))
  const rows = await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) })
  const last = rows.find(row => row.reason === 'queue_full')
  assert.deepEqual([rows.length, last.day.getTime() / 86_400_000, last.shard, last.count], [1, line.day, BigInt(shard), 5n])
})

test('mistakes are told, and the key is never typed', async () => {
  const told = async (args, env = { ISOFLAG_ADMIN_KEY: environment.keys.admin }) => {
    const { code, err } = await cli.isoflag(args, { env })
    assert.equal(code, 2)
    return err
  }
  assert.match(await told(['export', 'events']), /no worker is named/)
  assert.match(await told(['export', 'people', '--url', environment.url]), /no kind of fact `people`/)
  assert.match(await told(['export', 'events', '--url', environment.url], {}), /ISOFLAG_ADMIN_KEY is not set/)
  assert.match(await told(['export', 'events', '--url', 'http://flags.example.com']), /in the clear/)
  assert.match(await told(['export', 'events', '--url', environment.url], { ISOFLAG_ADMIN_KEY: environment.keys.server }), /is no admin key/)
  assert.match(await told(['replay', 'postgres', '--url', environment.url]), /no sink `postgres` is configured; none is/)
  assert.equal((await isoflag('replay')).out, '0 facts will be sent again\n')
})
