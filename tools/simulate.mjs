// Simulated visitors of the example shop: decided by the real engine, sent through the real ingest, spread over days.
//
// What they do is drawn: the new checkout is better by DRAWN_LIFT, so the console has something to find. Every visitor is
// new, so running it again adds to the experiment as more days of real traffic would.

import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { call } from './lib/ledger.mjs'
import { root } from './setup.mjs'

const DAY = 86_400_000
const DAYS = 12
const BATCH = 500
const IN_FLIGHT = 4
const CHECKOUT = { rate: 0.4, lift: { 'new-checkout': 0.09 } }
const PRICING = { rate: 0.12, lift: { table: 0.15, compact: -0.05 } }
const COUNTRIES = ['DE', 'DE', 'DE', 'AT', 'FR', 'NL', 'GB', 'US', 'US', 'CH', 'CZ', 'BR']
const PLANS = ['free', 'free', 'free', 'free', 'pro', 'pro', 'enterprise']

const pick = list => list[Math.floor(Math.random() * list.length)]

/** A UUIDv7 (RFC 9562, section 5.7): the time, then randomness. */
function uuidv7(at) {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at, 0, 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Days are not alike: weekends are quieter. */
function moment(now) {
  for (;;) {
    const at = Math.floor(now - Math.random() * DAYS * DAY)
    const weekend = [0, 6].includes(new Date(at).getUTCDay())
    if (!weekend || Math.random() < 0.7) return at
  }
}

/** What one visitor sends: exposures to what was shown, and events of what was done. */
function visit(program, now) {
  const visitorId = randomUUID()
  const context = { visitorId, country: pick(COUNTRIES), plan: pick(PLANS) }
  const at = moment(now)
  const sent = []
  const units = { visitorId }
  const show = (flag, when, { rate, lift }) => {
    const { exposure } = program.decide(flag, context)
    if (!exposure) return false
    sent.push({ type: 'exposure', ...exposure, at: when })
    return Math.random() < rate * (1 + (lift[exposure.variant] ?? 0))
  }
  const done = (name, when, properties) => sent.push({ type: 'event', id: uuidv7(when), name, units, at: when, ...(properties && { properties }) })
  if (show('pricing-layout', at, PRICING)) done('plan_chosen', Math.min(now, at + 60_000))
  if (show('checkout-redesign', at, CHECKOUT)) {
    const when = Math.min(now, at + 30_000 + Math.floor(Math.random() * 600_000))
    const value = Math.round(2000 + 6000 * Math.random() ** 2) / 100
    done('checkout_completed', when, { value })
    done('revenue', when, { value, currency: 'EUR' })
  }
  return sent
}

/** Sends `visitors` simulated visitors; `progress(done)` hears how many have arrived. Resolves to what was sent. */
export async function simulate({ url, keys }, visitors, { progress = () => {} } = {}) {
  const isoflag = await import(join(root, 'build', 'pkg', 'dist', 'index.inline.js'))
  const response = await fetch(`${url}/v1/program`, { headers: { authorization: `Bearer ${keys.server}` } })
  if (!response.ok) throw new Error(`GET /v1/program was answered ${response.status}`)
  const program = isoflag.loadProgram(new Uint8Array(await response.arrayBuffer()))
  const now = Date.now()
  const counts = { visitors: 0, accepted: 0, duplicates: 0, rejected: 0 }
  let left = visitors
  async function sender() {
    while (left > 0) {
      const events = []
      let arrived = 0
      while (left > 0 && events.length < BATCH - 5) {
        left--
        arrived++
        events.push(...visit(program, now))
      }
      const answer = await call(url, '/v1/events', { method: 'POST', key: keys.server, body: JSON.stringify({ sentAt: Date.now(), events }) })
      counts.visitors += arrived
      counts.accepted += answer.accepted
      counts.duplicates += answer.duplicates
      counts.rejected += answer.rejected.length
      if (answer.rejected.length) throw new Error(`the worker rejects a simulated event: ${answer.rejected[0].field}: ${answer.rejected[0].message}`)
      progress(counts.visitors)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender))
  program.dispose()
  return counts
}
