// How much one workerd takes: events a second accepted durably, by batch size and number of shards, beside a route that does nothing
// and a plain loop of inserts into SQLite on the same disk; and how fast PostgreSQL gets them, beside its own COPY.

import { Readable } from 'node:stream'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oneExperiment, ownWorker, request, uuidv7 } from '../lib/api.mjs'
import { startPostgres } from '../lib/postgres.mjs'

export const needs = ['worker']

const SENDERS = 16
const OPEN = { ISOFLAG_RATE_PER_SECOND: 1e7, ISOFLAG_RATE_BURST: 1e7 }
const per = (number, ms) => `${Math.round((number / ms) * 1000).toLocaleString('en')}/s`.padStart(12)
let counter = 0
const makeEvent = () => {
  const at = Date.now() - (counter % 100_000)
  return { type: 'event', id: uuidv7(at), name: 'bought', units: { visitorId: `v-${counter++ % 50_000}` }, at, properties: { value: counter % 97, path: '/checkout' } }
}

/** Sends from many connections for some seconds; answers how many succeeded a millisecond. */
async function press(seconds, send) {
  const until = Date.now() + seconds * 1000
  const from = Date.now()
  let done = 0
  await Promise.all(Array.from({ length: SENDERS }, async () => { while (Date.now() < until) done += await send() }))
  return [done, Date.now() - from]
}

export async function run([seconds = '4', sinkEvents = '100000'] = []) {
  const time = Number(seconds)
  console.log('accepted durably by one workerd (16 connections)')
  for (const shards of [1, 2, 4]) {
    const own = await ownWorker({ vars: { ...OPEN, ISOFLAG_SHARDS: shards } })
    try {
      const environment = await own.environment('production')
      if (shards === 1) {
        const [done, ms] = await press(time, async () => ((await request(`${own.url}/healthz`)).status === 200 ? 1 : 0))
        console.log(`  a route that does nothing     ${per(done, ms)} requests`)
      }
      for (const batch of [1, 10, 50]) {
        const [done, ms] = await press(time, async () => (await environment.send(Array.from({ length: batch }, makeEvent))).accepted)
        console.log(`  ${shards} shards, batches of ${String(batch).padStart(2)}       ${per(done, ms)} events`)
      }
    } finally {
      await own.close()
    }
  }
  await sqlite(time)
  await sink(Number(sinkEvents))
}

async function sqlite(seconds) {
  const { DatabaseSync } = await import('node:sqlite').catch(() => ({}))
  if (!DatabaseSync) return console.log('  plain SQLite: this Node has no node:sqlite')
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-sqlite-'))
  try {
    for (const batch of [1, 10, 50]) {
      const db = new DatabaseSync(join(folder, `${batch}.sqlite`))
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, at INTEGER, units TEXT, properties TEXT)')
      const insert = db.prepare('INSERT INTO events (id, name, at, units, properties) VALUES (?, ?, ?, ?, ?)')
      const from = Date.now()
      let done = 0
      while (Date.now() - from < seconds * 1000) {
        db.exec('BEGIN')
        for (let i = 0; i < batch; i++) {
          const { id, name, units, at, properties } = makeEvent()
          insert.run(id, name, at, JSON.stringify(units), JSON.stringify(properties))
        }
        db.exec('COMMIT')
        done += batch
      }
      console.log(`  plain SQLite, batches of ${String(batch).padStart(2)}   ${per(done, Date.now() - from)} events`)
      db.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function sink(count) {
  const db = await startPostgres()
  const own = await ownWorker({ vars: { ...OPEN, ISOFLAG_SHARDS: 1 } })
  try {
    console.log(`into PostgreSQL, ${count.toLocaleString('en')} events`)
    const environment = await own.environment('production')
    await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    // The ledger is filled while no sink is set, so that only the way out is timed.
    const sent = []
    while (sent.length < count) {
      const batch = Array.from({ length: Math.min(500, count - sent.length) }, makeEvent)
      sent.push(...batch)
      await environment.send(batch)
    }
    const served = await own.again({ ...OPEN, ISOFLAG_SHARDS: 1, ISOFLAG_POSTGRES_URL: db.url })
    const lag = async () => (await request(`${served}/v1/sinks`, { key: environment.keys.admin })).json.sinks[0].lag
    await lag()
    // The first batches also lay out the database: from there on it is timed.
    let start = count
    while ((start = await lag()) === count) await new Promise(done => setTimeout(done, 5))
    const from = Date.now()
    while ((await lag()) > 0) await new Promise(done => setTimeout(done, 20))
    const bySink = [start, Date.now() - from]
    console.log(`  by the sink                   ${per(...bySink)} events`)
    const [{ stored }] = await db.query('SELECT count(*)::int AS stored FROM isoflag.events')
    if (stored !== count) throw new Error(`${stored} of ${count} arrived`)

    const byCopy = await copy(db, sent)
    console.log(`  by COPY, into the same table  ${per(...byCopy)} events`)
    console.log(`  the sink reaches ${Math.round((100 * bySink[0] * byCopy[1]) / (bySink[1] * byCopy[0]))} % of COPY`)
  } finally {
    await own.close()
    await db.close()
  }
}

/** The same rows by COPY from one connection, in text made beforehand: the table and its key are the same, nothing is read or judged. */
async function copy(db, sent) {
  const { from: copyFrom } = await import('pg-copy-streams')
  await db.query('CREATE TABLE isoflag.copied (LIKE isoflag.events INCLUDING ALL)')
  const quoted = value => JSON.stringify(value).replaceAll('\\', '\\\\')
  const lines = sent.map(one => `${one.id}\tproduction\t${one.name}\t${one.at}\t${one.at}\t\\N\t${quoted(one.units)}\t${quoted(one.properties)}\t{}\tf\n`)
  const blocks = []
  for (let at = 0; at < lines.length; at += 1000) blocks.push(lines.slice(at, at + 1000).join(''))
  const client = await db.pool().connect()
  try {
    const from = Date.now()
    // A COPY for each thousand, as the sink has a transaction for each.
    for (const block of blocks) {
      await new Promise((done, failed) => {
        const stream = client.query(copyFrom('COPY isoflag.copied FROM STDIN'))
        stream.on('finish', done).on('error', failed)
        Readable.from([block]).pipe(stream)
      })
    }
    return [sent.length, Date.now() - from]
  } finally {
    client.release()
  }
}
