// What the tracker does with a worker that asks for patience, with hosts that end, and with what does not fit.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { install, root, until } from './support.mjs'
import { accept, exposure, page, tracking } from './tracking.mjs'

const installed = await install()
const { createTracker } = await installed.import('isoflag/track')
const { setUp } = tracking(createTracker)

const busy = seconds => ({ status: 429, headers: { 'retry-after': String(seconds) } })

test('Retry-After may be a date, and nothing that is not one is believed', async t => {
  let header
  const { tracker } = await setUp({ retrySeconds: 1, fetch: async () => new Response('', { status: 503, headers: { 'retry-after': header } }) })
  t.mock.method(Math, 'random', () => 1)
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2027, 0, 1) })
  const waits = []
  t.mock.method(globalThis, 'setTimeout', (callback, ms) => (waits.push(ms), { unref() {} }))
  tracker.track('a')
  for (header of ['Fri, 01 Jan 2027 00:02:00 GMT', 'Thu, 31 Dec 2026 23:00:00 GMT', 'soon', '-5', '86400', '1.5']) {
    await tracker.flush()
    t.mock.timers.tick(waits.at(-1))
  }
  // The flush timer first; then what was asked for, an hour at most, and the own pause of 1, 2, 4 … seconds on top.
  assert.deepEqual(waits, [5000, 120_000 + 1000, 2000, 4000, 8000, 3_600_000 + 16_000, 1500 + 32_000])
})

test('told to wait, a page waits however often it is hidden, shown or online again', async t => {
  const { beacons, hide, show, window } = page(t, () => true)
  const { server, tracker } = await setUp({}, () => busy(90))
  tracker.track('a')
  await tracker.flush()
  for (let i = 0; i < 5; i++) {
    hide()
    show()
    window.dispatchEvent(new Event('online'))
  }
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
  assert.deepEqual([server.seen.length, beacons.length], [1, 1], 'one attempt, and one beacon that may be the last word')
})

test('the end of loading is no coming back: what waits goes on waiting for company', async t => {
  const { window } = page(t, () => true)
  const { server, tracker } = await setUp()
  tracker.track('a')
  window.dispatchEvent(new Event('pageshow'))
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
  assert.equal(server.seen.length, 0)
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  await until(() => server.seen.length === 1)
})

test('what is tracked at whatever moment between an answer and the end of the flush is not forgotten', async () => {
  for (let moment = 0; moment < 30; moment++) {
    const arrived = []
    const fetch = async (url, { body }) => {
      arrived.push(...JSON.parse(body).events.map(({ name }) => name))
      let then = Promise.resolve()
      for (let i = 0; i < moment; i++) then = then.then(() => undefined)
      if (arrived.length === 1) then.then(() => tracker.track('about then'))
      // No real answer: that would come many moments later.
      return { ok: true, status: 200, text: async () => '{"accepted":1,"duplicates":0,"rejected":[]}' }
    }
    const { tracker } = await setUp({ flushSeconds: 0.001, fetch })
    tracker.track('first')
    await tracker.flush()
    await until(() => arrived.length === 2, `${moment} moments after the answer`)
  }
})

test('a beacon that is refused is made smaller, and what had no room goes when the page does', async t => {
  let room = 20_000
  const { beacons, hide, leave } = page(t, () => true)
  const sizes = []
  navigator.sendBeacon = (url, body) => {
    sizes.push(body.length)
    if (body.length > room) return false
    room -= body.length
    beacons.push(...JSON.parse(body).events)
    return true
  }
  const keepalives = []
  const fetch = async (url, { body }) => {
    keepalives.push(JSON.parse(body).events.length)
    throw new TypeError('Failed to fetch')
  }
  const { tracker, events } = await setUp({ fetch, flushAt: 1000 })
  for (let i = 0; i < 60; i++) tracker.track('a', { text: 'x'.repeat(800) })
  hide()
  assert.ok(beacons.length >= 15 && room < 4_000, `${beacons.length} events went, ${room} bytes are left`)
  assert.ok(sizes.length < 25, `${sizes.length} attempts`)
  assert.equal(beacons.length + keepalives.reduce((sum, many) => sum + many, 0), 60)
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
  // Hidden for a while, and then it goes: the beacons from before have long arrived.
  room = 64_000
  leave()
  assert.equal(new Set(beacons.map(({ id }) => id)).size, 60)
  assert.equal(beacons.length, 60, 'none of them twice')
  assert.equal(events().length, 0)
})

test('an answer that comes by two ways counts once', async t => {
  const { leave } = page(t, () => false)
  const answers = []
  const fetch = (url, init) => new Promise(done => answers.push([init, done]))
  const { tracker, errors } = await setUp({ fetch })
  tracker.track('good')
  tracker.track('bad')
  const flushed = tracker.flush()
  leave()
  assert.equal(answers.length, 2)
  for (const [, done] of answers) done(Response.json({ accepted: 1, duplicates: 0, rejected: [{ index: 1, field: 'events[1].name', code: 'x', message: 'no' }] }))
  await flushed
  assert.deepEqual([tracker.stats(), errors.length], [{ waiting: 0, arrived: 1, dropped: { rejected: 1 } }, 1])
})

test('a host that ends with its response tries again while it may, and the next response too', async t => {
  const waiting = []
  const answers = [busy(0), { status: 503 }]
  const { tracker, stored, server } = await setUp({ waitUntil: promise => waiting.push(promise) }, (call, i) => answers[i] ?? accept(call))
  tracker.track('a')
  await Promise.all(waiting)
  assert.deepEqual([server.seen.length, stored().size, tracker.stats().waiting], [3, 1, 0])
  // An outage longer than a response may last: the next one takes up what is left.
  const away = await setUp({ waitUntil: promise => waiting.push(promise) }, (call, i) => (i === 0 ? busy(60) : accept(call)))
  away.tracker.track('b')
  await Promise.all(waiting)
  assert.equal(away.tracker.stats().waiting, 1)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
  away.tracker.track('c')
  await Promise.all(waiting)
  assert.equal(away.stored().size, 2)
})

test('closing tries until it arrived or the time is up, and says what is lost', async () => {
  const { tracker, stored, errors } = await setUp({}, (call, i) => (i < 4 ? { status: 503 } : accept(call)))
  tracker.track('a')
  await tracker.close({ withinSeconds: 5 })
  assert.deepEqual([stored().size, errors.map(({ code }) => code)], [1, ['unreachable']])
  // Answered at once: no network, which a busy machine may keep busy for longer than this close has.
  const away = await setUp({ fetch: async () => new Response('', { status: 503 }) })
  for (let i = 0; i < 3; i++) away.tracker.track('b')
  await away.tracker.close({ withinSeconds: 0.1 })
  assert.deepEqual(away.errors.map(({ code, message }) => [code, message.slice(0, 23)]), [['unreachable', 'cannot send events to `'], ['dropped', '3 events were dropped: ']])
  assert.deepEqual(away.tracker.stats(), { waiting: 0, arrived: 0, dropped: { closed: 3 } })
  const alone = await setUp({ consent: 'pending' })
  alone.tracker.track('c')
  await alone.tracker.close()
  assert.deepEqual(alone.errors.map(({ message }) => message), ['1 event was dropped: not sent yet when the tracker was closed'])
})

test('closing keeps its time whatever is under way, breaks that off, and counts the rest as lost', async () => {
  let cut = 0
  const fetch = (url, { body, signal }) => {
    if (cut++ === 0) return Promise.resolve(Response.json({ accepted: JSON.parse(body).events.length, duplicates: 0, rejected: [] }))
    // Heeds its signal, which only this close can abort: the request has a quarter of an hour.
    return new Promise((_, reject) => signal.addEventListener('abort', () => (cut++, reject(signal.reason))))
  }
  const { tracker, errors } = await setUp({ fetch, timeoutSeconds: 900, flushAt: 10_000 })
  for (let i = 0; i < 1000; i++) tracker.track('a')
  await tracker.flush({ withinSeconds: 0.5 })
  assert.deepEqual(tracker.stats(), { waiting: 800, arrived: 200, dropped: {} }, 'a flush keeps its time as well')
  await tracker.close({ withinSeconds: 0.05 })
  assert.deepEqual([cut, tracker.stats()], [3, { waiting: 0, arrived: 200, dropped: { closed: 800 } }])
  assert.deepEqual(errors.map(({ code, message }) => [code, message.slice(0, 25)]), [['dropped', '800 events were dropped: ']])
})

test('told to wait, a flush waits, and says so at once', async t => {
  const { server, tracker } = await setUp({}, () => busy(600))
  tracker.track('a')
  for (let i = 0; i < 3; i++) await tracker.flush()
  await tracker.flush({ withinSeconds: 5 })
  await tracker.close({ withinSeconds: 5 })
  assert.deepEqual([server.seen.length, tracker.stats().dropped], [1, { closed: 1 }])
  // So it does after a failure that asked for nothing.
  const ill = await setUp({ retrySeconds: 100 }, () => ({ status: 500 }))
  ill.tracker.track('a')
  for (let i = 0; i < 3; i++) await ill.tracker.flush()
  assert.equal(ill.server.seen.length, 1)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 100_000 })
  await ill.tracker.flush()
  assert.equal(ill.server.seen.length, 2)
})

test('a fetch that does not heed its signal is given up in its time', async () => {
  let calls = 0
  const fetch = (...all) => (calls++ === 0 ? new Promise(() => {}) : globalThis.fetch(...all))
  const { tracker, stored, errors } = await setUp({ fetch, timeoutSeconds: 0.25 })
  tracker.track('a')
  // What would keep a browser or a server alive beside it.
  const alive = setInterval(() => {}, 1000)
  await tracker.flush()
  clearInterval(alive)
  assert.deepEqual(errors.map(({ code }) => code), ['unreachable'])
  await tracker.flush({ withinSeconds: 5 })
  assert.equal(stored().size, 1)
})

test('a request that was broken off with the response it belonged to stops nobody who comes later', async t => {
  t.mock.method(AbortSignal, 'timeout', () => new AbortController().signal)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const promises = []
  for (const waitUntil of [promise => promises.push(promise), undefined]) {
    let answer
    let calls = 0
    const fetch = (...all) => (calls++ === 0 ? new Promise(done => (answer = done)) : globalThis.fetch(...all))
    const { tracker, stored, errors } = await setUp({ fetch, waitUntil, flushSeconds: 0 })
    tracker.track('cut off')
    if (!waitUntil) void tracker.flush()
    await until(() => calls === 1)
    t.mock.timers.tick(20_000)
    tracker.track('later')
    await until(() => stored().size === 2)
    await until(() => tracker.stats().waiting === 0)
    // Should it be heard of after all, it is nobody's news.
    answer(new Response('', { status: 503 }))
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    assert.deepEqual([tracker.stats(), errors], [{ waiting: 0, arrived: 2, dropped: {} }, []])
  }
})

test('what waits for a consent that nobody gave ends with its page, counted and told; a page that comes back has it yet', async t => {
  const { leave, window, beacons } = page(t, () => true)
  const { tracker, errors, events } = await setUp({ consent: 'pending' })
  leave()
  tracker.track('a')
  tracker.expose(exposure)
  leave()
  assert.deepEqual([tracker.stats().dropped, beacons.length], [{ undecided: 2 }, 0])
  assert.deepEqual(errors.map(({ code, message }) => [code, message]), [['dropped', '2 events were dropped: the page was left before the visitor had agreed or not']])
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  assert.deepEqual(tracker.stats(), { waiting: 2, arrived: 0, dropped: {} })
  tracker.setConsent('granted')
  await tracker.flush()
  assert.equal(events().length, 2)
  leave()
  assert.deepEqual(tracker.stats(), { waiting: 0, arrived: 2, dropped: {} })
})

test('what was withdrawn while it was on its way is counted once, and nothing follows it', async () => {
  let answer
  const { tracker, server } = await setUp({}, call => new Promise(done => (answer = () => done(accept(call)))))
  tracker.track('a')
  const flushed = tracker.flush()
  await until(() => server.seen.length === 1)
  tracker.setConsent('denied')
  answer()
  await flushed
  assert.deepEqual(tracker.stats(), { waiting: 0, arrived: 0, dropped: { consent: 1 } })
})

test('an exposure that was not taken may come again once the visitor agrees', async () => {
  const { tracker, events } = await setUp({ consent: 'denied' })
  tracker.expose(exposure)
  tracker.setConsent('granted')
  tracker.expose(exposure)
  tracker.expose(exposure)
  tracker.setConsent('granted')
  tracker.track('bought')
  await tracker.flush()
  assert.deepEqual(events().map(({ type, experiments }) => [type, experiments]), [['exposure', undefined], ['event', { checkout: 'new' }]])
})

test('an event is not lost by the number of experiments its visitor is in: those shown last are named', async () => {
  const { tracker, events } = await setUp()
  for (let i = 0; i < 100; i++) tracker.expose({ ...exposure, experiment: `e${i}` })
  tracker.expose({ ...exposure, experiment: 'e3', run: 'ffffffff' })
  tracker.track('bought')
  await tracker.flush()
  const named = Object.keys(events().at(-1).experiments)
  assert.equal(named.length, 64)
  assert.ok(named.includes('e3') && named.includes('e99') && !named.includes('e36'), named.join())
})

test('who signs in and is shown something as a user goes on as that user; a server has many visitors', async t => {
  const signIn = async () => {
    const { tracker, events } = await setUp()
    const shown = unit => tracker.expose({ ...exposure, experiment: 'accounts', unitType: 'userId', unit })
    tracker.track('before')
    shown('u-1')
    tracker.track('after')
    shown('u-2')
    tracker.track('and out')
    await tracker.flush()
    return events().filter(({ type }) => type === 'event').map(({ units, experiments }) => [units, experiments])
  }
  const visitorId = 'v-1'
  assert.deepEqual(await signIn(), [[{ visitorId }, {}], [{ visitorId }, {}], [{ visitorId }, {}]])
  page(t, () => true)
  const accounts = 'new'
  assert.deepEqual(await signIn(), [[{ visitorId }, {}], [{ visitorId, userId: 'u-1' }, { accounts }], [{ visitorId, userId: 'u-2' }, { accounts }]])
})

test('a server is told whose request it was; a maker of phones is no crawler', async () => {
  const { tracker, events } = await setUp()
  for (const [name, userAgent] of [['crawler', 'Mozilla/5.0 (compatible; bingbot/2.0)'], ['phone', 'Mozilla/5.0 (Linux; Android 13; CUBOT X18)'], ['preview', 'BingPreview/1.0b'], ['named', 'Robot'], ['none', undefined]])
    tracker.track(name, {}, { userAgent })
  tracker.expose({ ...exposure, userAgent: 'Googlebot/2.1' })
  await tracker.flush()
  assert.deepEqual([events().map(({ name }) => name), tracker.stats().dropped], [['phone', 'none'], { bot: 4 }])
})

test('the tracker and the worker know the same crawlers by name', async () => {
  const { tracker } = await setUp({ flushAt: 1000 })
  const table = await readFile(join(root, 'src/events/src/bot.rs'), 'utf8')
  const cases = [...table.matchAll(/^ *\("(.*)", (true|false)\),$/gm)].map(([, userAgent, bot]) => [userAgent, bot === 'true'])
  assert.ok(cases.length >= 12)
  let bots = 0
  for (const [userAgent, bot] of cases) {
    tracker.track('seen', {}, { userAgent })
    bots += Number(bot)
    assert.equal(tracker.stats().dropped.bot ?? 0, bots, userAgent)
  }
})

test('a key that cannot be sent is refused without being said back', async () => {
  const { createClient } = await installed.import('isoflag')
  const { createNodeFlags } = await installed.import('isoflag/node')
  const key = 'iso_server_test_top\nsecret'
  const silent = error => /`key` cannot be sent/.test(error.message) && !/top|secret/.test(error.message)
  for (const make of [createTracker, createNodeFlags]) assert.throws(() => make({ url: 'http://127.0.0.1:1', key }), silent)
  await assert.rejects(createClient({ url: 'http://127.0.0.1:1', key }).ready(), silent)
  // A line break at its end, as files have it, is nobody's fault.
  createTracker({ url: 'http://127.0.0.1:1', key: 'iso_server_test_x\n' })
  // Nor is none: apps are built where there are no keys.
  for (const make of [createTracker, createClient]) make({ url: 'http://127.0.0.1:1', key: '' })
})
