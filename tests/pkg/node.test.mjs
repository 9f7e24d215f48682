// `isoflag/node` in a real HTTP server: who is asking, what is decided, what is sent, and what is passed on to a backend.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { afterEach, test } from 'node:test'
import { compile, datafile, install, serve } from './support.mjs'

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
  const flags = createNodeFlags({ url: behind.url, key: 'iso_client_test_x', onError: error => errors.push(error.message), ...options })
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

test('with a server key what is exposed is signed', async () => {
  const { get, flags, events } = await setUp(
    req => (req.isoflag.expose('checkout'), req.isoflag.decide('checkout').exposure),
    { key: 'iso_server_test_x', attributes: () => ({ age: 20 }) },
    undefined,
    () => ({ body: JSON.stringify({ environment: 'production', key: '07'.repeat(32) }) }),
  )
  const { body: exposure } = await get({ 'x-visitor-id': 'Zoe' })
  await flags.tracker.flush()
  const hmac = createHmac('sha256', Buffer.alloc(32, 7))
  for (const part of ['production', 'checkout', exposure.run, 'visitorId', 'Zoe', exposure.variant]) {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(Buffer.byteLength(part))
    hmac.update(length).update(part)
  }
  assert.deepEqual(events.map(event => event.attestation), [hmac.digest().subarray(0, 16).toString('base64url')])
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
  const contextSecret = 's3cret'
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
  const stranger = await setUp(req => [req.isoflag.upstream, req.isoflag.units], { contextSecret: 'another' })
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
