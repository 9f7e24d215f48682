// Nothing tracked is lost when a page goes: real pages in Chromium live a moment, track, and end in seven ways, while what
// stands between them and the worker is well, ill or gone. The test hears of every `track()` call over CDP; afterwards the
// ledger must have each of them, once.
//   npm run prove -- tracker [lives, 1000] [a part of an ending, of which there are seven]

import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { oneExperiment, ownWorker, request } from '../lib/api.mjs'
import { launchChromium } from '../lib/chromium.mjs'

export const needs = ['worker', 'pkg']

const DIST = join(resolve(fileURLToPath(import.meta.url), '../../..'), 'build/pkg/dist')
const METRICS = { version: 1, metrics: { tracked: { kind: 'count', event: 'button_click', windowDays: 14 } }, experiments: { shop: { primary: 'tracked' } } }
const DOWN_MS = 30_000
/** A last visit is over when nothing has come for so long. */
const STILL_MS = 20_000
/** A killed renderer takes with it what it had not handed over yet; older than this nothing may be missing. */
const KILLED_MS = 250

/** How a life ends, and what the worker is like meanwhile. */
const ENDINGS = {
  closed: { end: page => page.close() },
  'closed, with its unload handlers': { end: page => page.close({ runBeforeUnload: true }) },
  navigated: { end: (page, site) => page.goto(`${site}/elsewhere`), stays: true },
  'offline, then back': { end: offlineAndBack, stays: true },
  'worker down for 30 s': { end: page => page.close(), worker: 'down' },
  'random 500s': { end: page => page.close(), worker: 'ill' },
  'renderer killed': { end: crash, forgives: KILLED_MS },
}

async function offlineAndBack(page) {
  await page.context().setOffline(true)
  await page.evaluate(() => tracker.track('button_click', { button: next() }))
  await page.context().setOffline(false)
}

async function crash(page, _site, cdp) {
  const crashed = page.waitForEvent('crash')
  // Nobody is left to answer this.
  void cdp.send('Page.crash').catch(() => undefined)
  await crashed
  await page.close()
}

/** The site with the package, and before the worker a gate that can be shut; `moods` says what each place is like. */
async function startGate(worker, key) {
  const moods = new Map()
  /** What the worker said it has: the button of an event → its ids. */
  const acknowledged = new Map()
  const server = createServer(async (req, res) => {
    const chunks = []
    for await (const chunk of req) chunks.push(chunk)
    const { pathname } = new URL(req.url, 'http://gate')
    if (pathname.startsWith('/dist/')) return res.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(join(DIST, pathname.slice(6))))
    if (!pathname.endsWith('/v1/events')) return res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>page</title>')
    const mood = moods.get(pathname.split('/')[1])
    if (mood === 'down') return req.socket.destroy()
    if (mood === 'ill' && Math.random() < 0.4) return res.writeHead(500).end()
    const body = Buffer.concat(chunks).toString()
    const answer = await request(`${worker}/v1/events`, { method: 'POST', key, body })
    if (answer.status === 200) for (const { id, properties } of JSON.parse(body).events.filter(({ id }) => id)) note(acknowledged, properties.button, id)
    // Arrived and not heard: the answer is lost on the way back.
    if (mood === 'ill' && Math.random() < 0.3) return req.socket.destroy()
    res.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const close = () => new Promise(done => (server.closeAllConnections(), server.close(done)))
  return { url: `http://127.0.0.1:${server.address().port}`, moods, acknowledged, close }
}

const note = (map, button, id) => map.set(button, (map.get(button) ?? new Set()).add(id))

/** Lives of one kind, one after the other in one profile, and a last visit that brings in what is left. */
async function livesOf(name, { end, worker, stays, forgives }, { browser, gate, lives, run }) {
  const place = name.replaceAll(/\W/g, '')
  const context = await browser.newContext()
  // A context without a page would end with its last one.
  const anchor = await context.newPage()
  const calls = []
  const visit = async (visitor, hears) => {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Runtime.enable')
    await cdp.send('Runtime.addBinding', { name: 'heard' })
    if (hears) cdp.on('Runtime.bindingCalled', ({ payload }) => calls.push(JSON.parse(payload)))
    await page.goto(`${gate.url}/page`)
    await page.evaluate(
      async ({ url, visitor, run }) => {
        const { createTracker } = await import('/dist/track.js')
        const units = { visitorId: visitor }
        globalThis.tracker = createTracker({ url, key: 'iso_client_x_y', units, retrySeconds: 0.2, onError: () => undefined })
        tracker.expose({ experiment: 'shop', run, unitType: 'visitorId', unit: visitor, variant: 'control' })
        let count = 0
        globalThis.next = () => {
          const button = `${visitor}/${count++}`
          // Heard after the call: what is recorded here was tracked.
          queueMicrotask(() => heard(JSON.stringify({ button, at: Date.now() })))
          return button
        }
      },
      { url: `${gate.url}/${place}`, visitor, run },
    )
    return { page, cdp }
  }

  gate.moods.set(place, worker ?? 'well')
  const from = Date.now()
  const lost = []
  for (let life = 0; life < lives; life++) {
    if (worker === 'down' && Date.now() - from > DOWN_MS) gate.moods.set(place, 'well')
    const { page, cdp } = await visit(`${place}-${life}`, true)
    await page.evaluate(async many => {
      for (let i = 0; i < many; i++) {
        tracker.track('button_click', { button: next() })
        if (Math.random() < 0.3) await new Promise(done => setTimeout(done, Math.random() * 30))
      }
    }, 1 + Math.floor(Math.random() * 14))
    if (forgives && Math.random() < 0.5) await new Promise(done => setTimeout(done, forgives))
    const ended = Date.now()
    await end(page, gate.url, cdp)
    if (forgives) for (const call of calls.filter(({ at, seen }) => !seen && at > ended - forgives)) lost.push(call.button)
    for (const call of calls) call.seen = true
    if (stays) await page.close()
  }
  if (worker === 'down') await new Promise(done => setTimeout(done, Math.max(0, DOWN_MS - (Date.now() - from))))
  gate.moods.set(place, 'well')
  // The next visit.
  const { page } = await visit(`${place}-last`, true)
  await page.evaluate(() => tracker.track('button_click', { button: next() }))
  const open = () => calls.filter(({ button }) => !gate.acknowledged.has(button) && !lost.includes(button)).length
  // As long as something still comes.
  for (let [left, since] = [open(), Date.now()]; left > 0 && Date.now() - since < STILL_MS; ) {
    await page.evaluate(() => tracker.flush())
    await new Promise(done => setTimeout(done, 50))
    const now = open()
    if (now < left) [left, since] = [now, Date.now()]
  }
  await anchor.close()
  await context.close()
  const missing = calls.filter(({ button }) => !gate.acknowledged.has(button))
  const excused = missing.filter(({ button }) => lost.includes(button))
  const doubled = calls.filter(({ button }) => gate.acknowledged.get(button)?.size > 1)
  console.log(`  ${name.padEnd(34)}${String(lives).padStart(5)} lives, ${String(calls.length).padStart(5)} calls, ${missing.length - excused.length} missing, ${doubled.length} with two ids${forgives ? `, ${excused.length} younger than ${forgives} ms went with their renderer` : ''}`)
  return { calls: calls.length, bad: missing.length - excused.length + doubled.length }
}

export async function run([lives = '1000', only = ''] = []) {
  const own = await ownWorker()
  const environment = await own.environment('pages')
  // Everyone is shown control, so that what a page says it was shown is true.
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('shop', { control: 100, fresh: 0 }))
  await environment.putExperiments(METRICS)
  const gate = await startGate(own.url, environment.keys.client)
  const browser = await launchChromium()
  try {
    const endings = Object.entries(ENDINGS).filter(([name]) => name.includes(only))
    if (endings.length === 0) throw new Error(`no life ends as \`${only}\`; there are ${Object.keys(ENDINGS).join(', ')}`)
    let bad = 0
    for (const [name, ending] of endings) bad += (await livesOf(name, ending, { browser, gate, lives: Math.ceil(Number(lives) / endings.length), run })).bad
    // What the worker said it has it must have, once: sent again every id is known, and the count is theirs.
    const ids = [...gate.acknowledged].flatMap(([button, ids]) => [...ids].map(id => ({ type: 'event', id, name: 'button_click', units: { visitorId: button.split('/')[0] }, at: Date.now() })))
    let news = 0
    for (let from = 0; from < ids.length; from += 500) news += (await environment.send(ids.slice(from, from + 500))).accepted
    const report = await environment.report('shop')
    const counted = report.metrics[0].arms.reduce((sum, { total }) => sum + total, 0)
    console.log(`the ledger has ${counted} events for ${ids.length} ids acknowledged; ${news} of them were news to it`)
    if (bad > 0 || news > 0 || counted !== ids.length) throw new Error('an event was lost, or counted twice')
  } finally {
    await browser.close()
    await gate.close()
    await own.close()
  }
}
