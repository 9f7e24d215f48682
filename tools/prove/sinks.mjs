// Acknowledged means stored exactly once, in the ledger and in PostgreSQL: workerd is killed at random moments under load, the database
// is gone for a while, every batch is sent one to three times, in any order. A part of the events knows the user alone, and the links that
// say whose they are come sooner or later. At the end the ids of both are compared with what was acknowledged, and their reports with
// each other: what is counted twice, or for a device that has it no longer, shows in a sum.

import { isDeepStrictEqual } from 'node:util'
import { DAY, oneExperiment, ownWorker, request, uuidv7 } from '../lib/api.mjs'
import { startPostgres } from '../lib/postgres.mjs'

export const needs = ['worker']

const METRICS = {
  orders: { kind: 'count', event: 'bought' },
  revenue: { kind: 'sum', event: 'bought', property: 'value', preDays: 7 },
}
/** So few that many are exposed, linked and paid for. */
const PEOPLE = 5_000
const SENDERS = 4
const BATCH = 40
const below = limit => Math.floor(Math.random() * limit)
const sleep = ms => new Promise(done => setTimeout(done, ms))

export async function run([kills = '50', downSeconds = '60'] = []) {
  const db = await startPostgres()
  const own = await ownWorker({ vars: { ISOFLAG_POSTGRES_URL: db.url, ISOFLAG_RATE_PER_SECOND: 1e6, ISOFLAG_RATE_BURST: 1e6 }, signs: true })
  try {
    const environment = await own.environment('production')
    const { experiments: [{ run: experimentRun }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    const [primary, ...secondary] = Object.keys(METRICS)
    await environment.putExperiments({ version: 1, metrics: METRICS, experiments: { checkout: { primary, secondary } } })
    const acknowledged = new Set()
    const tried = new Set()
    let stop = false
    let requests = 0
    const post = async (batch, losses) => {
      requests += 1
      const answer = await request(`${own.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { ...losses, events: batch.map(environment.sign) } }).catch(() => undefined)
      return answer?.status === 200
    }
    const makeBatch = () => Array.from({ length: BATCH }, (_, i) => {
      const at = Date.now() - below(2 * DAY)
      const [unit, user] = [`v-${below(PEOPLE)}`, `u-${below(PEOPLE / 2)}`]
      if (i === 0) return { type: 'exposure', experiment: 'checkout', run: experimentRun, unitType: 'visitorId', unit, variant: 'control', at }
      if (i === 1) return { type: 'alias', unitType: 'visitorId', unit, toType: 'userId', to: user, at: Date.now() - below(DAY / 2) }
      if (i < 5) return { type: 'event', id: uuidv7(at), name: 'bought', units: { userId: user }, at, properties: { value: below(100) } }
      return { type: 'event', id: uuidv7(at), name: 'bought', units: { visitorId: unit, ...(i % 3 ? {} : { userId: user }) }, at, properties: { value: below(100) } }
    })
    const sender = async (_, number) => {
      let refused = 0
      const again = []
      const open = new Set()
      while (!stop) {
        const fresh = again.length === 0 || below(3) === 0
        const batch = fresh ? makeBatch() : again.splice(below(again.length), 1)[0]
        if (fresh) {
          for (const fact of batch) tried.add(nameOf(fact))
          open.add(batch)
          // One to three times in all, the others whenever chance has it.
          for (let more = below(3); more > 0; more--) again.push(batch)
        }
        await bring(batch)
      }
      // As a tracker does. What is never acknowledged may be in one shard and not in another.
      for (const batch of open) while (open.has(batch)) await bring(batch)

      async function bring(batch) {
        if (await post(batch, { sender: `s-${number}`, dropped: { refused } })) {
          for (const fact of batch) acknowledged.add(nameOf(fact))
          open.delete(batch)
        } else {
          refused += 1
          await sleep(20)
        }
      }
    }
    const senders = Array.from({ length: SENDERS }, sender)
    const outage = db.own && Number(downSeconds) > 0 ? (async () => {
      await sleep(3_000)
      await db.stop()
      console.log(`  the database is down for ${downSeconds} s`)
      await sleep(Number(downSeconds) * 1000)
      await db.start()
      console.log('  the database is back')
    })() : Promise.resolve()
    for (let kill = 0; kill < Number(kills); kill++) {
      await sleep(150 + below(1_500))
      await own.server.kill9()
      await own.resurrect()
      if ((kill + 1) % 10 === 0) console.log(`  ${kill + 1} kills, ${acknowledged.size} facts acknowledged, ${requests} requests`)
    }
    await outage
    await sleep(1_000)
    stop = true
    await Promise.all(senders)

    const from = Date.now()
    for (;;) {
      const { json } = await request(`${own.url}/v1/sinks`, { key: environment.keys.admin })
      const [sink] = json.sinks
      if (sink.lag === 0) break
      if (Date.now() - from > 180_000) throw new Error(`the sink did not catch up: ${JSON.stringify(sink)}`)
      await sleep(200)
    }
    console.log(`  caught up ${((Date.now() - from) / 1000).toFixed(1)} s after the last fact`)

    const ledger = await everything(own.url, environment.keys.admin)
    const events = await db.query('SELECT id::text AS name FROM isoflag.events')
    const exposures = await db.query("SELECT unit || ' ' || variant AS name FROM isoflag.exposures")
    const links = await db.query("SELECT unit || ' ' || to_unit AS name FROM isoflag.aliases")
    const sink = [...events, ...exposures, ...links].map(({ name }) => name)
    const report = (place, names) => {
      const unique = new Set(names)
      const lost = [...acknowledged].filter(name => !unique.has(name)).length
      const strange = [...unique].filter(name => !tried.has(name)).length
      console.log(`  ${place}: ${unique.size} facts, ${names.length - unique.size} twice, ${lost} acknowledged and lost, ${strange} never sent`)
      if (lost + strange + (names.length - unique.size) > 0) throw new Error(`${place} did not keep its word`)
      return unique
    }
    console.log(`${kills} × kill -9, database down for ${downSeconds} s: ${acknowledged.size} facts acknowledged of ${tried.size} sent, in ${requests} requests`)
    const inLedger = report('ledger', ledger)
    const inSink = report('postgresql', sink)
    const apart = [...inLedger].filter(name => !inSink.has(name)).length
    console.log(`  in the ledger and not in postgresql: ${apart}`)
    if (acknowledged.size === 0 || apart > 0) throw new Error('ledger and postgresql differ')
    await alike(environment, db, experimentRun)
  } finally {
    await own.close()
    await db.close()
  }
}

const nameOf = fact => fact.id ?? `${fact.unit} ${fact.variant ?? fact.to}`

/** Both reports: whole numbers, so they are alike to the digit. */
async function alike(environment, db, run) {
  const ledger = await environment.cells('checkout', run)
  const [{ opened }] = (await environment.list()).map(({ runs }) => ({ opened: runs.find(one => one.run === run).openedAt }))
  const [{ cells }] = await db.query('SELECT isoflag.observed($1, $2, $3, $4, $5) AS cells', ['production', 'checkout', run, JSON.stringify(METRICS), opened])
  const [{ linked }] = await db.query('SELECT count(*)::int AS linked FROM isoflag.via_events')
  const sum = (list, of) => list.reduce((total, cell) => total + of(cell), 0)
  console.log(`  in both reports: ${sum(ledger.units, cell => cell.units)} units, ${sum(ledger.metrics.orders, cell => cell.sum)} orders in their windows; ${linked} events by a link; ${ledger.dropped?.refused} losses told`)
  if (linked === 0 || !isDeepStrictEqual(ledger, cells)) throw new Error(`the reports differ: ${JSON.stringify({ ledger, postgresql: cells })}`)
}

async function everything(url, key) {
  const names = []
  for (const kind of ['events', 'exposures', 'aliases']) {
    for (let after = '', more = true; more; ) {
      const page = await request(`${url}/v1/export?kind=${kind}&after=${after}`, { key })
      if (page.status !== 200) throw new Error(`the export was answered ${page.status}`)
      for (const line of page.text.split('\n')) if (line) names.push((fact => (kind === 'events' ? fact.id : nameOf({ ...fact, id: undefined })))(JSON.parse(line)))
      ;[after, more] = [page.headers.get('isoflag-after'), page.headers.get('isoflag-more') === 'true']
    }
  }
  return names
}
