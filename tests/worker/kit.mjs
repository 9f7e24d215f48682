// What the worker's tests share: a worker of their own, repeatable randomness, small facts, and waiting for what comes by itself.

import { after, before } from 'node:test'
import { DAY, ownWorker, uuidv7 } from '../../tools/lib/api.mjs'

export * from '../../tools/lib/api.mjs'
export { seeded } from '../../tools/lib/random.mjs'
export { startWorkerd } from '../../tools/lib/workerd.mjs'

function withResolvers() {
  let resolve, reject
  const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]))
  return { promise, resolve, reject }
}

/** A worker for the tests of one file, started before them and gone after. */
export function worker(options) {
  const { promise: ready, resolve, reject } = withResolvers()
  const held = { ready }
  // Hooks of a file do not wait for each other: one that needs the worker awaits `ready`.
  before(() => ownWorker(options).then(own => resolve(Object.assign(held, { own })), error => (reject(error), Promise.reject(error))))
  after(() => held.own?.close())
  return held
}

/** Midnight UTC some days ago; tests count from there so that all times are in the past. */
export const daysAgo = days => (Math.floor(Date.now() / DAY) - days) * DAY

export const exposure = (run, unit, variant, at, more = {}) => ({ type: 'exposure', experiment: 'checkout', run, unitType: 'visitorId', unit, variant, at, ...more })

export const event = (name, unit, at, more = {}) => ({ type: 'event', id: uuidv7(at), name, units: { visitorId: unit }, at, ...more })

export const METRICS = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 7 },
  orders: { kind: 'count', event: 'bought', windowDays: 7 },
  revenue: { kind: 'sum', event: 'bought', property: 'value', windowDays: 7 },
}

export const plan = (metrics = METRICS) => {
  const [primary, ...secondary] = Object.keys(metrics)
  return { version: 1, metrics, experiments: { checkout: { primary, secondary } } }
}

/** Units, mixed units and the totals of each metric by variant, out of a report. */
export function counts(report) {
  const units = Object.fromEntries(report.units.arms.map(arm => [arm.variant, arm.units]))
  const totals = Object.fromEntries(report.metrics.map(metric => [metric.key, Object.fromEntries(metric.arms.map(arm => [arm.variant, arm.total]))]))
  return { units, mixed: report.units.mixed, totals }
}

/** Asks until the answer is the right one; sinks and late links are served by an alarm, whose time is not ours. Fails with the last answer. */
export async function until(ask, right, ms = 30_000) {
  const end = Date.now() + ms
  for (;;) {
    const answer = await ask()
    if (right(answer)) return answer
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s in vain, the last answer was ${JSON.stringify(answer)}`)
    await new Promise(done => setTimeout(done, 50))
  }
}
