// `isoflag/node` in a real HTTP server: who is asking, what is decided, what is sent, and what is passed on to a backend.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { signExposure } from '../../tools/lib/api.mjs'
import { compile, datafile, install, serve, until } from './support.mjs'

const installed = await install()
const { createNodeFlags, readContext, signContext } = await installed.import('isoflag/node')
const { program } = compile(datafile)

const ends = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A worker, and an app behind the middleware that answers what `handler` returns. */
async function setUp(handler, options = {}, worker = () => ({ body: Buffer.from(program) }), key = () => ({ status: 404 })) {
  const events = []
  const behind = await serve(call => {
    if (call.path === '/v1/program') return worker()
    if (call.path === '/v1/attestation-key') return key()
    events.push(...JSON.parse(call.body).events)
    return { body: JSON.stringify({ accepted: 1, duplicates: 0, rejected: [] }) }
  })
  const errors = []
  const flags = createNodeFlags({ url: behind.url, key: 'iso_client_test_x', timeoutSeconds: 30, onError: error => errors.push(error.message), ...options })
  const app = createServer((req, res) =>
    flags.middleware(req, res, error => {
      if (error) return res.writeHead(500).end(String(error))
      Promise.resolve(handler(req)).then(answer => res.end(JSON.stringify(answer)), failure => res.writeHead(500).end(String(failure)))
    }),
  )
  await new Promise(resolve => app.listen(0, '127.0.0.1', resolve))
  ends.push(behind.close, () => new Promise(resolve => (app.closeAllConnections(), app.close(resolve))), () => flags.close())
  const get = async (headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${app.address().port}/`, { headers })
    return { status: response.status, cookie: response.headers.get('set-cookie'), body: JSON.parse(await response.text()) }
  }
  return { flags, get, events, errors }
}

/** Signs with a key of one byte over and over. */
const signed = (environment, byte, exposure) => signExposure(environment, Buffer.alloc(32, byte), exposure)

test('where nothing is set every flag gives its fallback, nothing is kept to be sent, and one line says what is missing', async () => {
  const handler = req => (req.isoflag.expose('checkout'), req.isoflag.track('seen'), req.isoflag.get('limit', 7))
  for (const [unset, missing] of [
    [{ url: undefined, key: undefined }, /^`url` is missing: write it in full/],
    [{ key: undefined }, /^`key` is missing: pass an `iso_server_…`/],
    [{ url: '' }, /^`url` is missing/],
  ]) {
    const { get, flags, errors } = await setUp(handler, unset)
    assert.deepEqual(errors, [])
    for (let i = 0; i < 3; i++) assert.deepEqual((await get({ 'x-visitor-id': 'v-1' })).body, 7)
    assert.equal(flags.tracker.stats().waiting, 0)
    assert.equal(errors.length, 1)
    assert.match(errors[0], missing)
  }
  const elsewhere = await serve(({ body }) => ({ body: JSON.stringify({ accepted: JSON.parse(body).events.length, duplicates: 0, rejected: [] }) }))
  ends.push(elsewhere.close)
  const { get, flags } = await setUp(handler, { key: undefined, tracker: { url: elsewhere.url, key: 'iso_server_test_x' } })
  await get({ 'x-visitor-id': 'v-1' })
  await flags.tracker.flush()
  assert.equal(flags.tracker.stats().arrived, 1, 'a tracker with an address and a key of its own sends')
})

test('with a server key what is exposed is signed', async () => {
  const { get, flags, events } = await setUp(
    req => (req.isoflag.expose('checkout'), req.isoflag.decide('checkout').exposure),
    { key: 'iso_server_test_x', attributes: () => ({ age: 20 }) },
    undefined,
    () => ({ body: JSON.stringify({ environment: 'production', key: '07'.repeat(32) }) }),
  )
  const { body: exposure } = await get({ 'x-visitor-id': 'Zoe' })
  await flags.tracker.flush()
  assert.deepEqual([exposure.experiment, exposure.unit], ['checkout', 'Zoe'])
  assert.deepEqual([exposure.program, events[0].program], [flags.client.program().digest, exposure.program])
  assert.deepEqual(events.map(event => event.attestation), [signed('production', 7, exposure)])
})

test('a key that was replaced at the worker is replaced here, in the background, and no request waits or goes unsigned', async t => {
  let answer = { environment: 'e', key: '07'.repeat(32) }
  let asked = 0
  const { get, flags, events } = await setUp(
    req => req.isoflag.expose('checkout'),
    { key: 'iso_server_test_x' },
    undefined,
    () => (asked++, answer === undefined ? { status: 503 } : { body: JSON.stringify(answer) }),
  )
  const attestation = async unit => {
    await get({ 'x-visitor-id': unit }).catch(() => undefined)
    await flags.tracker.flush()
    return events.find(event => event.unit === unit).attestation
  }
  const by = async (byte, unit) => assert.equal(await attestation(unit), signed('e', byte, events.find(event => event.unit === unit)), unit)
  const { now } = Date
  let later = 0
  t.mock.method(Date, 'now', () => now() + later)
  await by(7, 'a')
  await by(7, 'b')
  assert.equal(asked, 1)
  answer = undefined
  later = 301_000
  await by(7, 'c')
  await until(() => asked === 2)
  await by(7, 'd')
  assert.equal(asked, 2, 'a worker that is away is left alone for a minute')
  answer = { environment: 'e', key: '08'.repeat(32) }
  later = 400_000
  await by(7, 'e')
  await until(() => asked === 3)
  await new Promise(setImmediate)
  await by(8, 'f')
})

const DOCUMENT = { accept: 'text/html', 'sec-fetch-dest': 'document' }

test('a visitor comes by header or cookie, and a page makes a new one', async () => {
  const { get } = await setUp(req => req.isoflag.units)
  assert.deepEqual((await get({ 'x-visitor-id': 'h-1', cookie: 'isoflag_vid=c-1' })).body, { visitorId: 'h-1' })
  assert.deepEqual((await get({ cookie: 'a=b; isoflag_vid=c-1; isoflag_vid2=no' })).body, { visitorId: 'c-1' })
  const made = await get(DOCUMENT)
  assert.match(made.cookie, /^isoflag_vid=[0-9a-f-]{36}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/)
  assert.equal(made.body.visitorId, made.cookie.slice('isoflag_vid='.length, made.cookie.indexOf(';')))
  const api = await get({ accept: 'application/json' })
  assert.deepEqual([api.body, api.cookie], [{}, null], 'a call without a cookie would be a new visitor each time')
})

test('decisions are those of the engine, made once, and nothing is sent before it is shown', async () => {
  const { get, flags, events } = await setUp(
    req => [req.isoflag.get('checkout', 'control'), req.isoflag.get('limit', 0), req.isoflag.get('checkout', 7), req.isoflag.decide('checkout') === req.isoflag.decide('checkout')],
    { attributes: () => ({ age: 20 }) },
  )
  const { body } = await get({ 'x-visitor-id': 'v-1' })
  const decided = (await flags.client.ready()).decide('checkout', { visitorId: 'v-1' })
  assert.deepEqual(body, [decided.value, 99.5, 7, true])
  await flags.tracker.flush()
  assert.deepEqual(events, [])
})

test('what was shown is sent once, and events carry it', async () => {
  const { get, flags, events } = await setUp(
    req => {
      req.isoflag.expose('checkout')
      req.isoflag.expose('limit')
      req.isoflag.track('revenue', { value: 5 })
    },
    { units: ['account'], attributes: () => ({ account: 42 }) },
  )
  await get({ 'x-visitor-id': 'v-1' }).catch(() => undefined)
  await flags.tracker.flush()
  const [exposure, event] = events
  const { variant } = (await flags.client.ready()).decide('checkout', { visitorId: 'v-1' })
  assert.deepEqual([events.length, exposure.experiment, exposure.variant, exposure.program.length], [2, 'checkout', variant, 64])
  assert.deepEqual([event.name, event.units, event.experiments, event.properties], ['revenue', { visitorId: 'v-1', account: '42' }, { checkout: variant }, { value: 5 }])
})

test('a backend believes the context of a service that has the secret, and decides for the same visitor', async () => {
  const contextSecret = 'known to the services'
  const front = await setUp(req => (req.isoflag.decide('checkout'), req.isoflag.headers()), { contextSecret })
  const { body: headers } = await front.get({ 'x-visitor-id': 'v-1' })
  const back = await setUp(
    req => {
      req.isoflag.track('charged')
      return [req.isoflag.upstream, req.isoflag.decide('checkout').variant]
    },
    { contextSecret },
  )
  const { body } = await back.get({ ...headers, 'x-visitor-id': 'somebody else' })
  assert.deepEqual(body[0].units, { visitorId: 'v-1' })
  assert.equal(body[1], body[0].experiments.checkout)
  await back.flags.tracker.flush()
  assert.deepEqual([back.events[0].units, back.events[0].experiments], [{ visitorId: 'v-1' }, body[0].experiments])
  const stranger = await setUp(req => [req.isoflag.upstream, req.isoflag.units], { contextSecret: 'another one of some length' })
  assert.deepEqual((await stranger.get(headers)).body, [null, {}])
})

test('a context is refused when it was changed, is old, or comes twice', () => {
  const context = { units: { visitorId: 'v-é😀' }, experiments: { checkout: 'new' } }
  const now = 1_800_000_000_000
  const header = signContext(context, 'k', now)
  assert.match(header, /^[\x21-\x7e]+$/)
  assert.deepEqual(readContext(header, 'k', 300, now + 299_000), context)
  for (const [what, value, secret, at] of [
    ['another secret', header, 'q', now],
    ['too old', header, 'k', now + 301_000],
    ['from the future', header, 'k', now - 301_000],
    ['absent', undefined, 'k', now],
    ['twice', [header, header], 'k', now],
    ['empty', '', 'k', now],
    ['no signature', header.slice(0, header.lastIndexOf('.')), 'k', now],
    ['an empty signature', header.slice(0, header.lastIndexOf('.') + 1), 'k', now],
    ['another version', header.replace(/^1/, '2'), 'k', now],
  ])
    assert.equal(readContext(value, secret, 300, at), null, what)
  for (let at = 0; at < header.length; at++) {
    const changed = header.slice(0, at) + (header[at] === 'A' ? 'B' : 'A') + header.slice(at + 1)
    // The last digit of base64url holds bits that do not count.
    if (at !== header.length - 1) assert.equal(readContext(changed, 'k', 300, now), null, `digit ${at}`)
  }
  assert.throws(() => signContext({ units: {}, experiments: { a: 'x'.repeat(9000) } }, 'k'), /a header of \d+ bytes/)
})

test('a worker that is away fails no request: fallbacks, and it is told once', async () => {
  const { get, errors } = await setUp(req => [req.isoflag.get('limit', 10), req.isoflag.decide('limit').reason], {}, () => ({ status: 503, body: '{}' }))
  for (let i = 0; i < 3; i++) assert.deepEqual((await get({ 'x-visitor-id': 'v' })).body, [10, 'unusable'])
  assert.equal(errors.length, 1)
})

test('attributes that cannot be had are the app’s error, handed on', async () => {
  const { get } = await setUp(() => null, { attributes: () => Promise.reject(new Error('no session store')) })
  await assert.rejects(get(), SyntaxError, 'Express would show its error page: the error reached `next`')
})

test('crawlers and prefetches are shown nothing, as far as the numbers go', async () => {
  const { get, flags, events } = await setUp(req => (req.isoflag.expose('checkout'), req.isoflag.track('seen', {}), null))
  for (const [unit, headers] of [
    ['crawler', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
    ['prefetched', { 'sec-purpose': 'prefetch' }],
    ['prerendered', { 'sec-purpose': 'prefetch;prerender' }],
    ['person', { 'user-agent': 'Mozilla/5.0 Firefox/140.0' }],
  ])
    await get({ 'x-visitor-id': unit, ...headers })
  await flags.tracker.flush()
  const seen = type => events.filter(event => event.type === type).map(event => event.unit ?? event.units.visitorId)
  assert.deepEqual([seen('exposure'), seen('event')], [['person'], ['prefetched', 'prerendered', 'person']])
  assert.deepEqual(flags.tracker.stats().dropped, { bot: 2 })
})

test('who sent Global Privacy Control is not followed, unless the site knows that they agreed', async () => {
  const handler = req => (req.isoflag.expose('checkout'), req.isoflag.track('seen', {}), req.isoflag.get('checkout', 'x'))
  for (const [consent, sent] of [
    [undefined, ['plain']],
    [req => (req.headers.cookie === 'agreed=1' ? 'granted' : 'pending'), ['agreed']],
  ]) {
    const { get, flags, events } = await setUp(handler, consent && { consent })
    const values = []
    for (const [unit, headers] of [['plain', {}], ['private', { 'sec-gpc': '1' }], ['agreed', { 'sec-gpc': '1', cookie: 'agreed=1' }]])
      values.push((await get({ 'x-visitor-id': unit, ...headers })).body)
    assert.ok(values.every(value => ['control', 'new'].includes(value)), 'decided for all the same')
    await flags.tracker.flush()
    assert.deepEqual(events.map(event => event.unit ?? event.units.visitorId), sent.flatMap(unit => [unit, unit]))
    assert.deepEqual(flags.tracker.stats().dropped, { consent: 4 })
  }
})

test('a secret that can be guessed is none', () => {
  for (const contextSecret of ['', 'short'])
    assert.throws(() => createNodeFlags({ url: 'http://127.0.0.1:1', key: 'iso_client_test_x', contextSecret }), /`contextSecret` has \d+ characters/)
})

/** A process of its own; `end` is called once it has printed `ready`. */
async function child(text, end = () => {}) {
  const file = join(installed.project, `child-${Date.now()}-${Math.random()}.mjs`)
  await writeFile(file, text)
  const running = spawn(process.execPath, [file], { cwd: installed.project })
  let said = ''
  for (const stream of [running.stdout, running.stderr])
    stream.on('data', chunk => {
      said += chunk
      if (String(chunk).includes('ready')) end(running)
    })
  const code = await new Promise(done => running.once('exit', (code, signal) => done(signal ?? code)))
  return { code, said }
}

test('a process that is told to end sends what it has, and ends', async () => {
  const events = []
  // Busy at first: the last flush is patient.
  const behind = await serve(({ path, body }, i) => {
    if (path !== '/v1/events') return { body: Buffer.from(program) }
    if (i < 3) return { status: 503, headers: { 'retry-after': '0' } }
    events.push(...JSON.parse(body).events)
    return { body: JSON.stringify({ accepted: 1, duplicates: 0, rejected: [] }) }
  })
  ends.push(behind.close)
  const { code, said } = await child(
    `import { createServer } from 'node:http'
     import { createNodeFlags } from 'isoflag/node'
     const flags = createNodeFlags({ url: '${behind.url}', key: 'iso_client_test_x', tracker: { retrySeconds: 0.01 } })
     const server = createServer((req, res) => flags.middleware(req, res, () => { req.isoflag.track('served'); res.end() }))
     process.once('SIGTERM', () => server.close(() => flags.close()))
     server.listen(0, '127.0.0.1', async () => {
       await (await fetch('http://127.0.0.1:' + server.address().port, { headers: { 'x-visitor-id': 'v', connection: 'close' } })).text()
       console.log('ready')
     })`,
    running => running.kill('SIGTERM'),
  )
  assert.deepEqual([code, events.map(({ name }) => name)], [0, ['served']], said)
})

test('a process with nothing more to do ends, whether the worker is there or not, and says what is lost', async () => {
  let attempts = 0
  let first
  const behind = await serve(call => {
    if (call.path !== '/v1/events') return { body: Buffer.from(program) }
    attempts++
    // From here on: how long a process takes to start is not the matter.
    first ??= performance.now()
    return { status: 503 }
  })
  ends.push(behind.close)
  const text = `import { createNodeFlags } from 'isoflag/node'
     const { tracker } = createNodeFlags({ url: '${behind.url}', key: 'iso_client_test_x', tracker: { flushSeconds: 0.01, retrySeconds: 2 } })
     for (let i = 0; i < 3; i++) tracker.track('last words', {}, { units: { visitorId: 'v' } })`
  const { code, said } = await child(text)
  const ms = performance.now() - first
  assert.equal(code, 0)
  assert.match(said, /3 events were dropped: not sent yet when the tracker was closed/)
  assert.ok(attempts < 8 && ms < 9_000, `${attempts} attempts in ${ms} ms`)
})
