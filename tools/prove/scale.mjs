// A long history: how long the first report takes, and one after a little more has happened, in the ledger and in PostgreSQL. The latter
// is held to a second.
//   npm run prove -- scale 10000000 1000000     10 million events of a million units, the size that counts; without numbers a thirtieth

import { DAY, batches, oneExperiment, ownWorker, request, uuidv7 } from '../lib/api.mjs'
import { startPostgres } from '../lib/postgres.mjs'

export const needs = ['worker']

const METRICS = {
  bought: { kind: 'conversion', event: 'bought' },
  orders: { kind: 'count', event: 'bought' },
  revenue: { kind: 'sum', event: 'bought', property: 'value', preDays: 7 },
  basket: { kind: 'quantile', quantile: 0.5, event: 'bought', property: 'value' },
}
const ARMS = { control: 50, fresh: 50 }
/** What happens between two reports. */
const LATER = 1_000
/** How often, and how long a report may take after it: half of the times. */
const ROUNDS = 5
const AIM_MS = 1_000
/** What the aim is about: events, units. */
const FULL = [10_000_000, 1_000_000]

export async function run([events = '300000', units = '30000'] = []) {
  const [wanted, people] = [Number(events), Number(units)]
  if (wanted < FULL[0] || people < FULL[1]) console.log(`a small history: the aim is about ${FULL.map(one => one.toLocaleString('en')).join(' events of ')} units, npm run prove -- scale ${FULL.join(' ')}`)
  const db = await startPostgres()
  const own = await ownWorker({ vars: { ISOFLAG_POSTGRES_URL: db.url, ISOFLAG_RATE_PER_SECOND: 1e7, ISOFLAG_RATE_BURST: 1e7 }, signs: true })
  try {
    const environment = await own.environment('production')
    const { experiments: [{ run: experimentRun }] } = await environment.putDatafile(oneExperiment('checkout', ARMS))
    const [primary, ...secondary] = Object.keys(METRICS)
    await environment.putExperiments({ version: 1, metrics: METRICS, experiments: { checkout: { primary, secondary } } })
    const start = Date.now() - 20 * DAY

    let from = Date.now()
    await send(environment, facts(experimentRun, start, wanted, people))
    console.log(`${wanted.toLocaleString('en')} events of ${people.toLocaleString('en')} units taken in, ${seconds(from)}`)
    await caughtUp(own.url, environment.keys.admin)
    console.log(`  forwarded to PostgreSQL, ${seconds(from)} after the first of them`)

    const ask = {
      ledger: () => environment.cells('checkout'),
      postgresql: async () => (await db.query('SELECT isoflag.observed($1, $2, $3, $4) AS cells', ['production', 'checkout', experimentRun, JSON.stringify(METRICS)]))[0].cells,
    }
    const times = { ledger: [], postgresql: [] }
    const timed = async (message, counts = false) => {
      const found = {}
      for (const [place, cells] of Object.entries(ask)) {
        from = Date.now()
        found[place] = summary(await cells())
        if (counts) times[place].push(Date.now() - from)
        console.log(`  ${message.padEnd(42)} ${place.padEnd(11)} ${seconds(from)}`)
      }
      if (JSON.stringify(found.ledger) !== JSON.stringify(found.postgresql)) throw new Error(`they differ: ${JSON.stringify(found)}`)
      return found.ledger
    }
    const first = await timed('first report')
    if (first.units !== people) throw new Error(`${first.units} units are in the report, not ${people}`)
    await timed('nothing happened since')
    for (let round = 0; round < ROUNDS; round++) {
      await send(environment, later(start, LATER, people))
      await caughtUp(own.url, environment.keys.admin)
      await timed(`${LATER.toLocaleString('en')} events since`, true)
    }
    const medians = Object.entries(times).map(([place, all]) => [place, all.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)]])
    const said = medians.map(([place, median]) => `${place} ${(median / 1000).toFixed(2)} s`).join(', ')
    console.log(`after ${LATER.toLocaleString('en')} more events, the median of ${ROUNDS}: ${said}; to be below ${AIM_MS / 1000} s`)
    if (medians.some(([, median]) => median >= AIM_MS)) throw new Error(`a report after ${LATER.toLocaleString('en')} more events took too long: ${said}, not below ${AIM_MS / 1000} s`)
  } finally {
    await own.close()
    await db.close()
  }
}

const seconds = from => `${((Date.now() - from) / 1000).toFixed(2)} s`.padStart(9)

/** Units, and totals to a thousandth: sums of fractions depend on the order of the additions. */
function summary({ units, metrics }) {
  const sum = (cells, of) => Math.round(1000 * (cells ?? []).reduce((total, cell) => total + of(cell), 0)) / 1000
  return { units: sum(units, cell => cell.units), ...Object.fromEntries(Object.keys(METRICS).map(key => [key, sum(metrics[key], cell => cell.sum)])) }
}

/** Everybody is shown the experiment on one of ten days; their events lie around it. */
function* facts(experimentRun, start, wanted, people) {
  for (let unit = 0; unit < people; unit++) {
    yield { type: 'exposure', experiment: 'checkout', run: experimentRun, unitType: 'visitorId', unit: `v-${unit}`, variant: unit % 2 ? 'control' : 'fresh', at: start + (unit % 10) * DAY }
    for (let n = Math.floor((unit * wanted) / people); n < Math.floor(((unit + 1) * wanted) / people); n++) yield happened(start, unit, n)
  }
}

function* later(start, count, people) {
  for (let n = 0; n < count; n++) yield happened(start, Math.floor((n * people) / count), Math.floor(Math.random() * 1e9))
}

function happened(start, unit, n) {
  const at = start + (unit % 10) * DAY + ((n * 7_919_317) % (14 * DAY)) - 2 * DAY
  return { type: 'event', id: uuidv7(at), name: n % 3 ? 'visit' : 'bought', units: { visitorId: `v-${unit}` }, at, properties: { value: (n % 800) / 8 } }
}

async function send(environment, all) {
  const senders = 4
  let part = []
  let open = []
  const post = async batch => {
    const answer = await environment.send(batch)
    if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected[0]))
  }
  for (const fact of all) {
    part.push(fact)
    if (part.length < 500) continue
    open.push(post(part))
    part = []
    if (open.length === senders) {
      await Promise.all(open)
      open = []
    }
  }
  await Promise.all([...open, ...[...batches(part, 500)].map(post)])
}

async function caughtUp(url, key) {
  while ((await request(`${url}/v1/sinks`, { key })).json.sinks[0].lag > 0) await new Promise(done => setTimeout(done, 50))
}
