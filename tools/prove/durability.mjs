// Nothing acknowledged is lost: workerd is killed with -9 at random moments under load, started again on the same
// ledger, and every batch it had acknowledged is sent once more. Each of its facts must be known: recognised as a
// duplicate, none taken as new. Batches in flight at the kill are sent again too, and then everything is counted.

import { DAY, oneExperiment, ownWorker, request, uuidv7 } from '../lib/api.mjs'

export const needs = ['worker']

const SENDERS = 4
const BATCH = 50

const METRICS = { version: 1, metrics: { orders: { kind: 'count', event: 'bought', windowDays: 14 } }, experiments: { checkout: { primary: 'orders' } } }

/** One life and death. Each round has an environment to itself, so that its counts are its own. */
export async function killRound(own, random, round) {
  const environment = await own.environment(`round-${round}`)
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  await environment.putExperiments(METRICS)
  const at = Date.now() - 2 * DAY
  const makeBatch = () =>
    Array.from({ length: BATCH / 2 }, () => {
      const unit = uuidv7(at)
      return [
        { type: 'exposure', experiment: 'checkout', run, unitType: 'visitorId', unit, variant: random.below(2) ? 'control' : 'fresh', at },
        { type: 'event', id: uuidv7(at), name: 'bought', units: { visitorId: unit, userId: `u-${unit}` }, at: at + 1 },
      ]
    }).flat()
  const post = events => request(`${own.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { events: events.map(environment.sign) } })

  const acknowledged = []
  const unanswered = []
  let dead = false
  const sender = async () => {
    while (!dead) {
      const batch = makeBatch()
      const answer = await post(batch).catch(() => undefined)
      if (answer?.status === 200) acknowledged.push(batch)
      else unanswered.push(batch)
    }
  }
  const senders = Array.from({ length: SENDERS }, sender)
  while (acknowledged.length === 0) await new Promise(done => setTimeout(done, 1))
  await new Promise(done => setTimeout(done, random.below(400)))
  const exposed = own.server.kill9()
  dead = true
  await exposed
  await Promise.all(senders)
  await own.resurrect()

  let lost = 0
  for (const batch of acknowledged) {
    const { json } = await post(batch)
    lost += json.accepted
    if (json.accepted + json.duplicates !== batch.length) throw new Error(`a batch came back as ${JSON.stringify(json)}`)
  }
  let survived = 0
  for (const batch of unanswered) survived += (await post(batch)).json.duplicates
  const units = ((acknowledged.length + unanswered.length) * BATCH) / 2
  const report = await environment.report('checkout')
  const events = report.metrics[0].arms.reduce((sum, arm) => sum + arm.total, 0)
  const twice = Math.abs(report.units.total - units) + Math.abs(events - units)
  return { acknowledged: acknowledged.length * BATCH, unanswered: unanswered.length * BATCH, survived, lost, twice }
}

export async function run([rounds = '20'] = []) {
  const random = { below: limit => Math.floor(Math.random() * limit) }
  const own = await ownWorker({ signs: true })
  const sum = { acknowledged: 0, unanswered: 0, survived: 0, lost: 0, twice: 0 }
  try {
    for (let round = 0; round < Number(rounds); round++) {
      const result = await killRound(own, random, round)
      for (const key of Object.keys(sum)) sum[key] += result[key]
      console.log(`  kill ${String(round + 1).padStart(2)}: ${result.acknowledged} acknowledged, ${result.lost} lost, ${result.twice} miscounted; ${result.unanswered} in flight, of which ${result.survived} had been stored`)
    }
  } finally {
    await own.close()
  }
  console.log(`${rounds} × kill -9: ${sum.acknowledged} facts acknowledged, ${sum.lost} lost, ${sum.twice} counted wrongly after everything was sent again`)
  if (sum.acknowledged === 0 || sum.lost > 0 || sum.twice > 0) throw new Error('the ledger did not keep its word')
}
