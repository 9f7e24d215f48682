// The tracker against a real server that is well, slow, ill and gone: everything arrives, and again only as itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, datafile, install, until } from './support.mjs'
import { accept, exposure, page, tracking } from './tracking.mjs'

const installed = await install()
const { createTracker, TrackError } = await installed.import('isoflag/track')
const { loadProgram } = await installed.import('isoflag')
const program = loadProgram(compile(datafile).program)

const { setUp, ends } = tracking(createTracker)

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ten events of a page make a batch, sent without a preflight', async t => {
  const before = Date.now()
  page(t, () => true)
  const { server, tracker, events } = await setUp()
  for (let i = 0; i < 9; i++) tracker.track('page_view', { page: i })
  assert.equal(server.seen.length, 0)
  tracker.track('page_view', { page: 9 })
  await until(() => server.seen.length === 1)
  const [{ method, path, key, headers, body }] = server.seen
  assert.deepEqual([method, path, key, headers['content-type'], headers.authorization], ['POST', '/v1/events', 'iso_client_test_abc', 'text/plain', undefined])
  const { sentAt } = JSON.parse(body)
  assert.ok(Number.isInteger(sentAt) && sentAt >= before)
  assert.deepEqual(events().map(({ properties }) => properties.page), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const [event] = events()
  assert.match(event.id, UUID7)
  assert.equal(Number.parseInt(event.id.replace('-', '').slice(0, 12), 16), event.at, 'the id begins with its time')
  assert.deepEqual({ ...event, id: '', at: 0 }, { type: 'event', id: '', name: 'page_view', units: { visitorId: 'v-1' }, at: 0, properties: { page: 0 }, experiments: {} })
})

test('a server sends at a hundred', async () => {
  const { server, tracker, events } = await setUp()
  for (let i = 0; i < 100; i++) {
    assert.equal(server.seen.length, 0)
    tracker.track('page_view')
  }
  await until(() => server.seen.length === 1)
  assert.equal(events().length, 100)
})

test('fewer wait five seconds for company', async t => {
  const { server, tracker } = await setUp()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  tracker.track('a')
  t.mock.timers.tick(4999)
  assert.equal(server.seen.length, 0)
  t.mock.timers.tick(1)
  await until(() => server.seen.length === 1)
})

test('a server key travels in a header, never in the address', async () => {
  const { server, tracker } = await setUp({ key: 'iso_server_test_abc' })
  tracker.track('a')
  await tracker.flush()
  assert.deepEqual([server.seen[0].key, server.seen[0].headers.authorization], [null, 'Bearer iso_server_test_abc'])
})

test('an exposure is sent once per run, unit and variant, and tags the events after it', async () => {
  const { tracker, events } = await setUp()
  tracker.track('before')
  for (let i = 0; i < 5; i++) tracker.expose({ ...exposure, program: 'ab'.repeat(32), at: 5 })
  tracker.expose({ ...exposure, run: 'ffffffff', at: 6 })
  tracker.track('after')
  tracker.track('of another', {}, { units: { visitorId: 'v-2' }, at: 7 })
  await tracker.flush()
  const [before, first, restarted, after, other] = events()
  assert.equal(events().length, 5)
  assert.deepEqual(first, { type: 'exposure', ...exposure, at: 5, program: 'ab'.repeat(32) })
  assert.deepEqual(restarted, { type: 'exposure', ...exposure, run: 'ffffffff', at: 6 })
  assert.deepEqual([before.experiments, after.experiments], [{}, { checkout: 'new' }])
  assert.deepEqual([other.experiments, other.units, other.at], [{}, { visitorId: 'v-2' }, 7])
})

test('a snapshot brings units and experiments, its exposures the program', async () => {
  const snapshot = program.snapshot({ visitorId: 'v-9', account: 3 })
  const { tracker, events } = await setUp({ units: undefined, snapshot })
  tracker.track('a')
  tracker.expose(snapshot.decisions.checkout.exposure)
  await tracker.flush()
  const [event, shown] = events()
  assert.deepEqual(event.units, { visitorId: 'v-9', account: '3' })
  assert.deepEqual(event.experiments, { checkout: snapshot.decisions.checkout.variant, accounts: snapshot.decisions.accounts.variant })
  assert.equal(shown.program, program.digest)
})

test('what a server decides and exposes names its program', async () => {
  const { tracker, events } = await setUp({ units: undefined })
  const { exposure } = program.decide('checkout', { visitorId: 'v-9' })
  tracker.expose(exposure)
  await tracker.flush()
  const { at, ...sent } = events()[0]
  assert.deepEqual(sent, { type: 'exposure', ...exposure })
  assert.equal(sent.program, program.digest)
})

test('500, 429, a dying connection and a login page lose nothing and make no second identity', async () => {
  const answers = [{ status: 500 }, { status: 429 }, undefined, { status: 503 }, { body: '<html>please log in</html>' }]
  const { server, tracker, events, stored, errors } = await setUp({}, (call, i) => (i < answers.length ? answers[i] : accept(call)))
  for (let i = 0; i < 12; i++) tracker.track('buy', { i })
  tracker.expose({ ...exposure, at: 1 })
  await until(() => server.seen.length > answers.length && errors.length > 0)
  await tracker.flush()
  assert.equal(stored().size, 13)
  const sent = server.seen.map(({ body }) => JSON.parse(body).events)
  assert.deepEqual(sent[5].slice(0, sent[0].length), sent[0], 'a batch is sent again as it was')
  assert.equal(events().filter(({ properties }) => properties?.i === 0).length, 6)
  assert.deepEqual(errors.map(({ code }) => code), ['unreachable'], 'an outage is told once')
  assert.match(errors[0].message, /cannot send events to `http.*`: 500; they are kept/)
})

test('an answer that does not come is a failure like any other', async () => {
  let silent = true
  const { server, tracker, stored, errors } = await setUp({ timeoutSeconds: 0.5 }, call => (silent ? new Promise(() => {}) : accept(call)))
  tracker.track('a')
  await tracker.flush()
  assert.equal(errors[0].code, 'unreachable')
  silent = false
  await tracker.flush({ withinSeconds: 5 })
  // On a busy machine half a second may be too short for an answer that does come.
  assert.ok(server.seen.length >= 2)
  assert.deepEqual([stored().size, tracker.stats().waiting], [1, 0])
})

test('Retry-After is kept, and doubling waits with jitter where it is absent', async t => {
  let answer = () => new Response('', { status: 429, headers: { 'retry-after': '90' } })
  const { tracker } = await setUp({ retrySeconds: 1, fetch: async () => answer() })
  const waits = []
  t.mock.method(Math, 'random', () => 1)
  t.mock.timers.enable({ apis: ['Date'] })
  t.mock.method(globalThis, 'setTimeout', (callback, ms) => (waits.push(ms), { unref() {} }))
  tracker.track('a')
  await tracker.flush()
  answer = () => new Response('', { status: 500 })
  for (let i = 0; i < 7; i++) {
    t.mock.timers.tick(waits.at(-1))
    await tracker.flush()
  }
  answer = () => Response.json({ accepted: 1, duplicates: 0, rejected: [] })
  t.mock.timers.tick(waits.at(-1))
  await tracker.flush()
  assert.deepEqual(waits, [5000, 91_000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

test('a rejected event is told with its field, the rest of the batch is in', async () => {
  const { server, tracker, errors } = await setUp({}, () => ({
    body: JSON.stringify({ accepted: 1, duplicates: 0, rejected: [{ index: 1, field: 'events[1].name', code: 'too_long', message: 'at most 100 characters' }] }),
  }))
  tracker.track('a')
  tracker.track('b')
  await tracker.flush()
  await tracker.flush()
  assert.equal(server.seen.length, 1)
  assert.ok(errors[0] instanceof TrackError)
  assert.deepEqual([errors[0].code, errors[0].message, errors[0].event.name], ['rejected', 'an event was rejected: events[1].name: at most 100 characters', 'b'])
})

test('a refused batch is told and not sent for ever', async () => {
  const body = JSON.stringify({ error: { code: 'unauthorized', message: 'no such key' } })
  const { server, tracker, errors } = await setUp({}, () => ({ status: 401, body }))
  tracker.track('a')
  await tracker.flush()
  await tracker.flush()
  assert.equal(server.seen.length, 1)
  assert.deepEqual([errors[0].code, /^1 event was refused by `http.*`: 401: no such key$/.test(errors[0].message)], ['refused', true])
})

test('only an isoflag worker refuses: whoever stands before it passes, and the events are kept', async () => {
  const error = (code, message = 'no') => JSON.stringify({ error: { code, message } })
  const html = '<!doctype html><h1>Not here</h1>'
  const strangers = [[404, html], [403, html], [405, html], [400, ''], [401, '{}'], [413, html], [415, 'null'], [404, error('not_found')], [403, error('403')],
    [400, error('forbidden')], [403, error(403)], [451, error('bad_request')], [409, JSON.stringify({ error: 'conflict' })], [418, '{"error":null}']]
  for (const [status, body] of strangers) {
    const { server, tracker, errors } = await setUp({}, (call, i) => (i === 0 ? { status, body } : accept(call)))
    tracker.track('a')
    await tracker.flush()
    assert.deepEqual([tracker.stats(), errors.map(({ code }) => code)], [{ waiting: 1, arrived: 0, dropped: {} }, ['unreachable']], `${status} ${body}`)
    assert.ok(errors[0].message.includes(`\`: ${status}`), errors[0].message)
    await tracker.flush({ withinSeconds: 5 })
    assert.deepEqual([tracker.stats(), server.seen.length], [{ waiting: 0, arrived: 1, dropped: {} }, 2], `${status} ${body}`)
  }
  for (const [status, code] of [[400, 'bad_request'], [401, 'unauthorized'], [403, 'forbidden'], [413, 'payload_too_large'], [415, 'unsupported_media_type']]) {
    const { tracker } = await setUp({}, () => ({ status, body: error(code) }))
    tracker.track('a')
    await tracker.flush()
    assert.deepEqual(tracker.stats(), { waiting: 0, arrived: 0, dropped: { refused: 1 } }, code)
  }
})

test('a gateway that says no for long fills the queue and no more, and its Retry-After counts', async () => {
  const { server, tracker } = await setUp({ maxQueue: 3, retrySeconds: 0 }, () => ({ status: 403, headers: { 'retry-after': '60' }, body: 'blocked' }))
  for (let i = 0; i < 2; i++) tracker.track('a')
  for (let i = 0; i < 3; i++) await tracker.flush()
  for (let i = 0; i < 2; i++) tracker.track('b')
  assert.deepEqual([server.seen.length, tracker.stats()], [1, { waiting: 3, arrived: 0, dropped: { queue_full: 1 } }])
})

test('what cannot be sent is dropped aloud', async () => {
  const { tracker, errors, events } = await setUp({ maxQueue: 3 })
  const circular = {}
  circular.self = circular
  tracker.track('circular', circular)
  tracker.track('huge', { text: 'é'.repeat(40_000) })
  tracker.track('nobody', {}, { units: {} })
  for (const name of ['a', 'b', 'c', 'd']) tracker.track(name)
  await tracker.close()
  tracker.track('late')
  assert.deepEqual(events().map(({ name }) => name), ['a', 'b', 'c'])
  assert.deepEqual(
    errors.map(({ code, message, event }) => [code, event.name, message.replace('an event was dropped: ', '').replace(/\d{5}/, 'N').slice(0, 24)]),
    [
      ['dropped', 'circular', 'it is not JSON: Converti'],
      ['dropped', 'huge', 'it has N bytes, 60000 ar'],
      ['dropped', 'nobody', 'nobody it could belong t'],
      ['dropped', 'd', '3 events are waiting alr'],
      ['dropped', 'late', 'the tracker is closed'],
    ],
  )
})

test('properties are taken as they are when tracked, and lone surrogates do not sink the batch', async () => {
  const { tracker, server } = await setUp()
  const properties = { value: 1, text: 'a\ud800b \\ud800 "\\" \udfff😀', ['k\udc00']: '\\\\' }
  tracker.track('a', properties)
  properties.value = 2
  await tracker.flush()
  assert.doesNotMatch(server.seen[0].body, /[^\\](\\\\)*\\ud[89a-f]/, 'no escape of a lone surrogate')
  assert.deepEqual(JSON.parse(server.seen[0].body).events[0].properties, { value: 1, text: 'a\ufffdb \\ud800 "\\" \ufffd😀', ['k\ufffd']: '\\\\' })
})

test('many events go in batches that fit a beacon', async () => {
  const { tracker, server, stored } = await setUp({ flushAt: 10_000, maxQueue: 10_000 })
  for (let i = 0; i < 1500; i++) tracker.track('a', { text: 'é'.repeat(i % 400) })
  await tracker.flush()
  assert.equal(stored().size, 1500)
  for (const { body } of server.seen) assert.ok(Buffer.byteLength(body) <= 61_000 && JSON.parse(body).events.length <= 200)
})

test('a render on a server leaves nothing behind', t => {
  const timeout = t.mock.method(globalThis, 'setTimeout')
  createTracker({ url: 'http://worker', key: 'iso_client_x', snapshot: null })
  assert.equal(timeout.mock.callCount(), 0)
})

test('an address of the site itself needs no key, and may be a beacon', async t => {
  const { beacons, hide } = page(t, () => true)
  const { tracker, server } = await setUp({ url: undefined, key: undefined, endpoint: '/api/events' })
  tracker.track('a')
  hide()
  assert.deepEqual([beacons[0].url, server.seen.length], ['/api/events', 0])
  assert.throws(() => createTracker({ url: 'http://worker' }), /pass `url` and `key`, or `endpoint`/)
})

test('a host that ends with its response sends at once and is asked to wait', async () => {
  const waiting = []
  const { tracker, events } = await setUp({ waitUntil: promise => waiting.push(promise) })
  tracker.track('a')
  tracker.track('b')
  assert.equal(events().length, 0, 'not before the handler is through')
  await Promise.all(waiting)
  assert.deepEqual(events().map(({ name }) => name), ['a', 'b'])
})

test('what arrived, waits and was dropped is counted', async () => {
  const { tracker, server } = await setUp({ maxQueue: 3 }, ({ body }) => ({
    body: JSON.stringify({ accepted: JSON.parse(body).events.length - 1, duplicates: 0, rejected: [{ index: 0, code: 'x', message: 'no' }] }),
  }))
  for (let i = 0; i < 5; i++) tracker.track('a')
  tracker.track('nobody', {}, { units: {} })
  assert.deepEqual(tracker.stats(), { waiting: 3, arrived: 0, dropped: { queue_full: 2, nobody: 1 } })
  await tracker.flush()
  assert.deepEqual(tracker.stats(), { waiting: 0, arrived: 2, dropped: { queue_full: 2, nobody: 1, rejected: 1 } })
  // The worker is told all there was so far, under one name, so that hearing it twice adds nothing.
  tracker.track('b')
  await tracker.flush()
  const told = server.seen.map(({ body }) => JSON.parse(body)).map(({ sender, dropped }) => [sender, dropped])
  assert.deepEqual(told.map(([, dropped]) => dropped), [{ queue_full: 2, nobody: 1 }, { queue_full: 2, nobody: 1, rejected: 1 }])
  assert.match(told[0][0], UUID7)
  assert.equal(told[0][0], told[1][0])
})

test('a full queue is told once and counted', async () => {
  const { tracker, errors } = await setUp({ maxQueue: 1 })
  for (let i = 0; i < 50; i++) tracker.track('a')
  assert.deepEqual([errors.length, tracker.stats().dropped], [1, { queue_full: 49 }])
})

test('experiments may be told for one event, for a server has many visitors', async () => {
  const { tracker, events } = await setUp()
  tracker.track('a', {}, { experiments: { checkout: 'new' } })
  await tracker.flush()
  assert.deepEqual(events()[0].experiments, { checkout: 'new' })
})

test('a sign-in links the device to the user', async () => {
  const { tracker, events } = await setUp()
  tracker.alias({ visitorId: 'v-1' }, { userId: 'u-1' })
  await tracker.flush()
  assert.deepEqual({ ...events()[0], at: 0 }, { type: 'alias', unitType: 'visitorId', unit: 'v-1', toType: 'userId', to: 'u-1', at: 0 })
})

// ------------------------------------------------------------------------------------------------- may it be sent?

test('without consent nothing leaves; given, all that waited does; denied, it is dropped and counted', async t => {
  const { hide, beacons } = page(t, () => true)
  const { tracker, server, events } = await setUp({ consent: 'pending' })
  tracker.track('a')
  tracker.expose(exposure)
  await tracker.flush()
  hide()
  assert.deepEqual([server.seen.length, beacons.length, tracker.stats().waiting], [0, 0, 2])
  tracker.setConsent('granted')
  await tracker.flush()
  assert.deepEqual(events().map(({ type }) => type), ['event', 'exposure'])
  tracker.setConsent('denied')
  tracker.track('b')
  await tracker.flush()
  assert.deepEqual([server.seen.length, tracker.stats().dropped], [1, { consent: 1 }])
})

test('what waited for a consent that is refused is gone', async () => {
  const { tracker, server, errors } = await setUp({ consent: 'pending' })
  tracker.track('a')
  tracker.setConsent('denied')
  tracker.setConsent('granted')
  await tracker.flush()
  assert.deepEqual([server.seen.length, tracker.stats().dropped, errors], [0, { consent: 1 }, []])
})

test('Global Privacy Control is a no, unless the visitor said yes to this site', async t => {
  page(t, () => true, { globalPrivacyControl: true })
  for (const [consent, sent] of [[undefined, 0], ['granted', 1]]) {
    const { tracker, server } = await setUp(consent && { consent })
    tracker.track('a')
    await tracker.flush()
    assert.equal(server.seen.length, sent)
  }
})

test('crawlers that say so are not visitors', async t => {
  const crawler = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
  for (const [userAgent, bots, sent] of [[crawler, 'drop', 0], [crawler, 'send', 1], ['Mozilla/5.0 Firefox/140.0 Robotron', 'drop', 1]]) {
    page(t, () => true, { userAgent })
    const { tracker, server } = await setUp({ bots })
    tracker.expose(exposure)
    await tracker.flush()
    assert.equal(server.seen.length, sent, userAgent)
    assert.deepEqual(tracker.stats().dropped, sent ? {} : { bot: 1 })
  }
})

test('a page made ready in advance sends when it is visited', async t => {
  const { document } = page(t, () => true)
  document.prerendering = true
  const { tracker, server, events } = await setUp()
  tracker.expose(exposure)
  await tracker.flush()
  assert.equal(server.seen.length, 0)
  document.prerendering = false
  document.dispatchEvent(new Event('prerenderingchange'))
  await tracker.flush()
  assert.equal(events().length, 1)
})

test('offline nothing is tried, and the network coming back is not waited for', async t => {
  const browser = { onLine: false }
  const { window } = page(t, () => true, browser)
  Object.defineProperty(navigator, 'onLine', { get: () => browser.onLine })
  const { tracker, server, errors } = await setUp({ retrySeconds: 1000 })
  tracker.track('a')
  await tracker.flush()
  assert.deepEqual([server.seen.length, errors.map(({ code }) => code)], [0, ['unreachable']])
  browser.onLine = true
  window.dispatchEvent(new Event('online'))
  await until(() => server.seen.length === 1)
})

// ---------------------------------------------------------------------------------------------- the page goes away

test('hiding the page sends what waits by beacon, once', async t => {
  const { beacons, hide, leave } = page(t, () => true)
  const { server, tracker } = await setUp()
  tracker.track('a')
  tracker.expose(exposure)
  hide()
  leave()
  assert.equal(beacons.length, 1)
  assert.equal(beacons[0].url, `${server.url}/v1/events?key=iso_client_test_abc`)
  assert.deepEqual(beacons[0].events.map(({ type }) => type), ['event', 'exposure'])
  tracker.track('later, still hidden')
  leave()
  assert.deepEqual(beacons[1].events.map(({ name }) => name), ['later, still hidden'])
})

test('a batch that is under way when the page goes is sent again with the same ids', async t => {
  const { beacons, leave } = page(t, () => true)
  const { server, tracker, events } = await setUp({}, () => new Promise(() => {}))
  tracker.track('a')
  const flushed = tracker.flush()
  await until(() => server.seen.length === 1)
  leave()
  assert.deepEqual(beacons[0].events, events())
  ends.push(() => flushed)
  server.close()
})

test('a page that comes back makes sure of what its beacons carried', async t => {
  const { beacons, hide, show } = page(t, () => true)
  const { server, tracker, events } = await setUp()
  tracker.track('a')
  hide()
  show()
  await until(() => server.seen.length === 1)
  assert.deepEqual(events(), beacons[0].events)
  await tracker.flush()
  hide()
  assert.equal(beacons.length, 1, 'what is confirmed is not sent again')
})

test('a beacon the browser does not take goes by keepalive', async t => {
  const { beacons, hide } = page(t, () => false)
  const calls = []
  const fetch = (url, init) => (calls.push(init), globalThis.fetch(url, init))
  const { server, tracker, events } = await setUp({ fetch })
  tracker.track('a')
  hide()
  await until(() => server.seen.length === 1)
  assert.equal(calls[0].keepalive, true)
  assert.deepEqual(events(), beacons[0].events)
  await tracker.flush()
  await until(() => calls.length >= 1)
  assert.ok(server.seen.length <= 2)
})

test('a queue larger than one beacon leaves in several', async t => {
  const { beacons, leave } = page(t, () => true)
  const { tracker } = await setUp({ flushAt: 10_000 })
  for (let i = 0; i < 300; i++) tracker.track('a', { text: 'x'.repeat(300) })
  leave()
  assert.ok(beacons.length > 1)
  assert.equal(new Set(beacons.flatMap(({ events }) => events.map(({ id }) => id))).size, 300)
})

test('a server key never leaves in a beacon', async t => {
  const { beacons, hide } = page(t, () => true)
  const { tracker, server } = await setUp({ key: 'iso_server_test_abc' })
  tracker.track('a')
  hide()
  await until(() => server.seen.length === 1)
  assert.deepEqual([beacons.length, server.seen[0].key], [0, null])
})

test('a closed tracker listens no more', async t => {
  const { beacons, hide, document, window } = page(t, () => true)
  const removed = [t.mock.method(document, 'removeEventListener'), t.mock.method(globalThis, 'removeEventListener')]
  const { tracker } = await setUp()
  tracker.track('a')
  await tracker.close()
  assert.deepEqual(removed.map(one => one.mock.callCount()), [1, 3])
  hide()
  assert.equal(beacons.length, 0)
  assert.ok(window)
})
