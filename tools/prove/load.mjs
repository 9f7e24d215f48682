// How much one workerd takes: events a second accepted durably, by batch size and number of shards, beside a route that does nothing
// and a plain loop of inserts into SQLite on the same disk; and how fast PostgreSQL gets them, beside its own COPY: half of it is held to.
//   npm run prove -- load 4 100000     seconds for each figure, and events for the sink; with 0 seconds the sink alone

import { spawn } from 'node:child_process'
import { Agent, request as httpRequest } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { oneExperiment, ownWorker, request, uuidv7 } from '../lib/api.mjs'
import { startPostgres } from '../lib/postgres.mjs'

export const needs = ['worker']

const SENDERS = 16
const BATCHES = [1, 10, 50]
/** What the sink is to reach of COPY, in the middle one of so many rounds: each has the machine for itself as little as the others. */
const OF_COPY = 0.5
const ROUNDS = 3
const OPEN = { ISOFLAG_RATE_PER_SECOND: 1e7, ISOFLAG_RATE_BURST: 1e7 }
/** Has node:sqlite, where this Node has not. */
const NEWER_NODE = 'node@24'
const per = (number, ms) => `${Math.round((number / ms) * 1000).toLocaleString('en')}/s`.padStart(12)
const agent = new Agent({ keepAlive: true, maxSockets: SENDERS })
let counter = 0
const makeEvent = () => {
  const at = Date.now() - (counter % 100_000)
  return { type: 'event', id: uuidv7(at), name: 'bought', units: { visitorId: `v-${counter++ % 50_000}` }, at, properties: { value: counter % 97, path: '/checkout' } }
}

/** Sends from many connections for some seconds, after a moment to warm up; answers how many succeeded and in how many milliseconds. */
async function press(seconds, send) {
  const during = async ms => {
    const from = Date.now()
    let done = 0
    await Promise.all(Array.from({ length: SENDERS }, async () => {
      while (Date.now() - from < ms) {
        const more = await send()
        done += more
      }
    }))
    return [done, Date.now() - from]
  }
  await during(500)
  return during(seconds * 1000)
}

/** By node:http on connections that stay: the least a client here can cost, for it shares the machine with what it measures. */
function ask(url, { key, body } = {}) {
  return new Promise((done, failed) => {
    const sent = httpRequest(url, { agent, method: body ? 'POST' : 'GET', headers: key ? { authorization: `Bearer ${key}` } : {} }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', part => (text += part)).on('end', () => (answer.statusCode === 200 ? done(text) : failed(new Error(`${answer.statusCode} ${text}`))))
    })
    sent.on('error', failed).end(body)
  })
}

export async function run([seconds = '4', sinkEvents = '100000'] = []) {
  const time = Number(seconds)
  if (time > 0) await accepted(time)
  await sink(Number(sinkEvents))
}

async function accepted(time) {
  console.log('accepted durably by one workerd (16 connections)')
  for (const shards of [1, 2, 4]) {
    const own = await ownWorker({ vars: { ...OPEN, ISOFLAG_SHARDS: shards } })
    try {
      const environment = await own.environment('production')
      if (shards === 1) {
        const [done, ms] = await press(time, async () => (await ask(`${own.url}/healthz`), 1))
        console.log(`  a route that does nothing     ${per(done, ms)} requests`)
      }
      const send = async batch => {
        const body = JSON.stringify({ sentAt: Date.now(), events: Array.from({ length: batch }, makeEvent) })
        return JSON.parse(await ask(`${own.url}/v1/events`, { key: environment.keys.client, body })).accepted
      }
      for (const batch of BATCHES) {
        const [done, ms] = await press(time, () => send(batch))
        console.log(`  ${shards} shards, batches of ${String(batch).padStart(2)}       ${per(done, ms)} events`)
      }
    } finally {
      await own.close()
    }
  }
  await sqlite(time)
}

export async function sqlite(seconds) {
  const { DatabaseSync } = await import('node:sqlite').catch(() => ({}))
  if (!DatabaseSync) return elsewhere(seconds)
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-sqlite-'))
  try {
    for (const batch of BATCHES) {
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

/** The loop on a newer Node, of the npm registry. */
function elsewhere(seconds) {
  const code = `import(${JSON.stringify(import.meta.url)}).then(({ sqlite }) => sqlite(${seconds}))`
  const args = ['--yes', '--package', NEWER_NODE, 'node', '--no-warnings', '--input-type=module', '--eval', code]
  return new Promise((done, failed) => {
    const child = spawn('npx', args, { stdio: 'inherit', cwd: fileURLToPath(new URL('../..', import.meta.url)) })
    child.on('error', failed).on('exit', code => (code === 0 ? done() : failed(new Error(`the loop on ${NEWER_NODE} ended with ${code}`))))
  })
}

async function sink(count) {
  console.log(`into PostgreSQL, ${count.toLocaleString('en')} events`)
  const percent = share => `${(100 * share).toFixed(1)} %`
  const shares = []
  while (shares.length < ROUNDS) {
    const [bySink, byCopy] = await forward(count)
    shares.push((bySink[0] * byCopy[1]) / (bySink[1] * byCopy[0]))
    console.log(`  by the sink, by COPY         ${per(...bySink)} ${per(...byCopy)} events: ${percent(shares.at(-1))}`)
  }
  const reached = shares.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)]
  console.log(`  the sink reaches ${percent(reached)} of COPY; to be reached: ${percent(OF_COPY)}`)
  if (reached < OF_COPY) throw new Error(`the sink reached ${percent(reached)} of COPY, not ${percent(OF_COPY)}`)
}

/** Events and milliseconds, by the sink and by COPY. */
async function forward(count) {
  const db = await startPostgres()
  const own = await ownWorker({ vars: { ...OPEN, ISOFLAG_SHARDS: 1 } })
  try {
    const environment = await own.environment('production')
    await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    const set = () => own.again({ ...OPEN, ISOFLAG_SHARDS: 1, ISOFLAG_POSTGRES_URL: db.url })
    const status = async () => (await request(`${own.url}/v1/sinks`, { key: environment.keys.admin })).json.sinks[0]
    // Laid out, and a report asked for, so that what is new is listed: the dearer case.
    await environment.send([makeEvent()])
    await set()
    while ((await status()).lag > 0) await new Promise(done => setTimeout(done, 50))
    await db.query("SELECT isoflag.observed('production', 'checkout', 'r', '{}')")
    // The ledger is filled while no sink is set, so that only the way out is timed.
    await own.again({ ...OPEN, ISOFLAG_SHARDS: 1 })
    const sent = []
    while (sent.length < count) {
      const batch = Array.from({ length: Math.min(500, count - sent.length) }, makeEvent)
      sent.push(...batch)
      await environment.send(batch)
    }
    await set()
    // From the first batches on it is timed, by what the ledger says of when it heard of a batch.
    let first
    while ((first = await status()).lag === count) await new Promise(done => setTimeout(done, 5))
    // Asked seldom: to answer, the thread that reads batches counts what is left.
    let last = first
    while (last.lag > 0) {
      await new Promise(done => setTimeout(done, 250))
      last = await status()
    }
    if (first.lag < count / 2) throw new Error('over before it could be timed, take more events')
    const [{ stored }] = await db.query('SELECT count(*)::int AS stored FROM isoflag.events')
    if (stored !== count + 1) throw new Error(`${stored - 1} of ${count} arrived`)
    return [[first.lag, last.deliveredAt - first.deliveredAt], await copy(db, sent)]
  } finally {
    await own.close()
    await db.close()
  }
}

/** The same rows by COPY from one connection into the same table, emptied, in text made beforehand: nothing is read or judged. */
async function copy(db, sent) {
  const { from: copyFrom } = await import('pg-copy-streams')
  await db.query('TRUNCATE isoflag.events')
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
        const stream = client.query(copyFrom('COPY isoflag.events FROM STDIN'))
        stream.on('finish', done).on('error', failed)
        Readable.from([block]).pipe(stream)
      })
    }
    return [sent.length, Date.now() - from]
  } finally {
    client.release()
  }
}
