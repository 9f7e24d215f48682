// Next.js: the proxy, the header between proxy and pages, route handlers, and a worker that is away.
// Next itself runs in tests/shop and tests/e2e; here its own request and response classes are used.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { signExposure } from '../../tools/lib/api.mjs'
import { compile, datafile, install, root, serve } from './support.mjs'

const skip = existsSync(join(root, 'node_modules/next')) ? false : 'next is not installed'
const installed = await install()
const { disagreement, encodeSnapshot, loadProgram } = await installed.import('isoflag')
const compiled = compile(datafile)
const program = loadProgram(compiled.program)

describe('isoflag/next', { skip }, async () => {
  if (skip) return
  const { createNextFlags, readFlag, readSnapshot, SNAPSHOT_HEADER } = await installed.import('isoflag/next')
  const { NextRequest, NextResponse } = installed.require('next/server')

  const worker = await serve(() => ({ body: Buffer.from(compiled.program) }))
  after(worker.close)
  const options = { url: worker.url, key: 'iso_client_test_x', timeoutSeconds: 30, onError: () => {} }
  const flags = createNextFlags(options)

  const DOCUMENT = { 'sec-fetch-dest': 'document', accept: 'text/html' }
  const request = (headers = DOCUMENT, init = {}) => new NextRequest('https://shop.example/checkout', { headers, ...init })
  const WITH_COOKIE = { ...DOCUMENT, cookie: 'a=b; isoflag_vid=v-1' }

  /** What the page behind the proxy gets as its request headers. */
  function behind(res) {
    const names = res.headers.get('x-middleware-override-headers')?.split(',') ?? []
    return new Headers(names.map(name => [name, res.headers.get(`x-middleware-request-${name}`)]))
  }

  test('with a server key the exposures are signed; an old reader and the digest see no difference', async () => {
    const secret = Buffer.alloc(32, 7)
    const asked = []
    const signing = await serve(({ path, headers }) => {
      asked.push(path)
      if (path === '/v1/program') return { body: Buffer.from(compiled.program) }
      assert.equal(headers.authorization, 'Bearer iso_server_test_x')
      return { body: JSON.stringify({ environment: 'production', key: secret.toString('hex') }) }
    })
    const errors = []
    const signed = createNextFlags({ ...options, url: signing.url, key: 'iso_server_test_x', attributes: () => ({ age: 20 }), onError: error => errors.push(error.message) })
    const snapshots = []
    for (let i = 0; i < 3; i++) snapshots.push(readSnapshot(behind(await signed.proxy(request(WITH_COOKIE)))))
    await signing.close()
    const { exposure } = snapshots[0].decisions.checkout
    assert.deepEqual([exposure.experiment, exposure.unitType, exposure.unit], ['checkout', 'visitorId', 'v-1'])
    assert.equal(exposure.attestation, signExposure('production', secret, exposure))
    assert.deepEqual(snapshots[2], snapshots[0])
    assert.equal(asked.filter(path => path === '/v1/attestation-key').length, 1)
    const plain = program.snapshot({ visitorId: 'v-1', age: 20 })
    assert.equal(snapshots[0].digest, plain.digest)
    const { attestation, ...unsigned } = exposure
    assert.deepEqual(unsigned, plain.decisions.checkout.exposure)
    assert.equal(disagreement(snapshots[0], plain), null)
    assert.equal(disagreement({ ...snapshots[0], digest: 'x' }, plain).includes('checkout'), false, 'a signature is no difference')
    assert.deepEqual(errors, [])
  })

  test('a worker that gives no key costs the signatures and is told once', async () => {
    const older = await serve(({ path }) => (path === '/v1/program' ? { body: Buffer.from(compiled.program) } : { status: 404, body: '{}' }))
    const errors = []
    const unsigned = createNextFlags({ ...options, url: older.url, key: 'iso_server_test_x', onError: error => errors.push(error.message) })
    for (let i = 0; i < 3; i++) assert.deepEqual(readSnapshot(behind(await unsigned.proxy(request(WITH_COOKIE)))), program.snapshot({ visitorId: 'v-1' }))
    await older.close()
    assert.equal(errors.length, 1)
    assert.match(errors[0], /exposures are not signed for now: .*attestation-key.*404/)
  })

  test('a known visitor gets the decisions for their id and no new cookie', async () => {
    const res = await flags.proxy(request(WITH_COOKIE))
    const snapshot = readSnapshot(behind(res))
    assert.deepEqual(snapshot, program.snapshot({ visitorId: 'v-1' }))
    assert.equal(res.headers.get('set-cookie'), null)
    assert.equal(res.headers.get('cache-control'), null)
    assert.equal(res.headers.get('x-middleware-next'), '1')
    assert.equal(behind(res).get('cookie'), WITH_COOKIE.cookie)
    assert.equal(res.headers.get(SNAPSHOT_HEADER), null, 'it does not leak to the browser')
  })

  test('a new visitor gets an id that the page already sees, and no cache may keep it', async () => {
    const res = await flags.proxy(request())
    const { value, expires, ...cookie } = res.cookies.get('isoflag_vid')
    assert.ok(expires > new Date())
    assert.match(value, /^[0-9a-f-]{36}$/)
    assert.deepEqual(cookie, { name: 'isoflag_vid', path: '/', maxAge: 31_536_000, httpOnly: true, secure: true, sameSite: 'lax' })
    assert.equal(behind(res).get('cookie'), `isoflag_vid=${value}`)
    assert.deepEqual(readSnapshot(behind(res)), program.snapshot({ visitorId: value }))
    assert.equal(res.headers.get('cache-control'), 'private, no-cache')
    assert.equal(res.headers.get('cdn-cache-control'), 'no-store')
    const again = await flags.proxy(request())
    assert.notEqual(again.cookies.get('isoflag_vid').value, value)
  })

  test('only a document that will be shown makes a visitor', async () => {
    const made = async (headers, init) => (await flags.proxy(request(headers, init))).cookies.get('isoflag_vid') !== undefined
    assert.equal(await made(DOCUMENT), true)
    assert.equal(await made({ accept: 'text/html,application/xhtml+xml' }), true, 'an old browser says no destination')
    for (const headers of [
      { ...DOCUMENT, 'next-router-prefetch': '1' },
      { ...DOCUMENT, purpose: 'prefetch' },
      { ...DOCUMENT, 'sec-purpose': 'prefetch;prerender' },
      { 'sec-fetch-dest': 'empty', accept: '*/*' },
      { 'sec-fetch-dest': 'empty', accept: 'text/html', rsc: '1' },
      { 'sec-fetch-dest': 'image', accept: 'image/*' },
      { accept: '*/*' },
      {},
    ])
      assert.equal(await made(headers), false, JSON.stringify(headers))
    assert.equal(await made(DOCUMENT, { method: 'POST' }), false)
  })

  test('who is nobody yet gets defaults, and the reason says so', async () => {
    const snapshot = readSnapshot(behind(await flags.proxy(request({ accept: '*/*' }))))
    assert.deepEqual(snapshot.units, {})
    assert.deepEqual([snapshot.decisions.checkout.variant, snapshot.decisions.checkout.reason], ['control', 'missing_unit'])
  })

  test('a snapshot a visitor sends is written over', async () => {
    const spoofed = encodeSnapshot(program.snapshot({ internal: true, visitorId: 'v-1' }))
    const res = await flags.proxy(request({ ...WITH_COOKIE, [SNAPSHOT_HEADER]: spoofed }))
    assert.deepEqual(readSnapshot(behind(res)), program.snapshot({ visitorId: 'v-1' }))
    const away = createNextFlags({ ...options, url: 'http://127.0.0.1:1' })
    const without = readSnapshot(behind(await away.proxy(request({ ...WITH_COOKIE, [SNAPSHOT_HEADER]: spoofed }))))
    assert.deepEqual(without.decisions, {}, 'also when there is nothing to write over it')
  })

  test('a cookie that holds no id makes a new one', async () => {
    for (const value of ['', 'x'.repeat(129), 'a%20b%0d']) {
      const res = await flags.proxy(request({ ...DOCUMENT, cookie: `isoflag_vid=${value}` }))
      assert.match(res.cookies.get('isoflag_vid')?.value ?? '', /^[0-9a-f-]{36}$/, value)
    }
  })

  test('names, attributes, flags and the cookie are yours to choose', async () => {
    const own = createNextFlags({
      ...options,
      cookie: 'who',
      cookieOptions: { maxAge: 60, domain: 'shop.example', httpOnly: false },
      attributes: async req => ({ country: req.headers.get('x-country') ?? undefined, age: 20, visitorId: 'never' }),
      flags: ['checkout', 'limit'],
    })
    const res = await own.proxy(request({ ...DOCUMENT, 'x-country': 'FR' }))
    const { value, maxAge, domain, httpOnly, sameSite } = res.cookies.get('who')
    assert.deepEqual([maxAge, domain, httpOnly, sameSite], [60, 'shop.example', false, 'lax'])
    const snapshot = readSnapshot(behind(res))
    assert.deepEqual(Object.keys(snapshot.decisions), ['checkout', 'limit'])
    assert.deepEqual([snapshot.decisions.checkout.reason, snapshot.decisions.limit.value, snapshot.units], ['default', 99.5, { visitorId: value }])
  })

  test('a response of yours keeps what it had', async () => {
    const rewritten = NextResponse.rewrite('https://shop.example/de/checkout', { headers: { 'x-mine': '1' } })
    const res = await flags.proxy(request(WITH_COOKIE), rewritten)
    assert.equal(res, rewritten)
    assert.equal(res.headers.get('x-middleware-rewrite'), 'https://shop.example/de/checkout')
    assert.equal(res.headers.get('x-mine'), '1')
    assert.deepEqual(readSnapshot(behind(res)), program.snapshot({ visitorId: 'v-1' }))
    assert.equal(behind(res).get('sec-fetch-dest'), 'document', 'the other request headers still reach the page')
  })

  test('request headers another step has changed stay changed', async () => {
    const theirs = NextResponse.next({ request: { headers: new Headers({ ...WITH_COOKIE, 'x-locale': 'de' }) } })
    const headers = behind(await flags.proxy(request(WITH_COOKIE), theirs))
    assert.equal(headers.get('x-locale'), 'de')
    assert.deepEqual(readSnapshot(headers), program.snapshot({ visitorId: 'v-1' }))
  })

  test('a redirect gets the cookie and nothing else', async () => {
    const res = await flags.proxy(request(), NextResponse.redirect('https://shop.example/login'))
    assert.ok(res.cookies.get('isoflag_vid'))
    assert.equal(res.headers.get('x-middleware-override-headers'), null)
  })

  test('Next calls the proxy with an event, which keeps a refresh alive', async () => {
    const kept = []
    const always = createNextFlags({ ...options, refreshSeconds: 0 })
    for (let i = 0; i < 2; i++) {
      const res = await always.proxy(request(WITH_COOKIE), { waitUntil: promise => kept.push(promise) })
      assert.deepEqual(readSnapshot(behind(res)), program.snapshot({ visitorId: 'v-1' }))
    }
    assert.equal(kept.length, 1, 'the first waited for its program, the second refreshed it')
    await kept[0]
  })

  test('a route handler decides the same for the same visitor', async () => {
    for (let i = 0; i < 50; i++) {
      const headers = { ...DOCUMENT, cookie: `isoflag_vid=visitor-${i}` }
      const page = readSnapshot(behind(await flags.proxy(request(headers))))
      assert.equal(await flags.getFlag('checkout', request(headers)), page.decisions.checkout.value)
      assert.deepEqual((await flags.getDecision('checkout', request(headers))).exposure, page.decisions.checkout.exposure)
    }
    assert.equal(await flags.getFlag('nope', request(), 'fallback'), 'fallback')
    assert.equal(await flags.getFlag('nope', request()), undefined)
    assert.equal(await flags.getFlag('limit', request(), 'not a number'), 'not a number')
  })

  test('the shop stays open when the worker is away', async () => {
    const errors = []
    const away = createNextFlags({ ...options, url: 'http://127.0.0.1:1', onError: error => errors.push(error.message) })
    for (let i = 0; i < 3; i++) {
      const snapshot = readSnapshot(behind(await away.proxy(request(WITH_COOKIE))))
      assert.match(snapshot.problem, /cannot reach `http:\/\/127\.0\.0\.1:1\/v1\/program`/)
      assert.deepEqual([snapshot.decisions, snapshot.units], [{}, { visitorId: 'v-1' }])
    }
    assert.equal(await away.getFlag('limit', request(WITH_COOKIE), 3), 3)
    assert.deepEqual([(await away.getDecision('limit', request(WITH_COOKIE))).reason, errors.length], ['unusable', 1])
  })

  test('where nothing is set every flag gives its fallback, and one line says what is missing', async () => {
    for (const [unset, missing] of [
      [{ url: undefined, key: undefined }, /^`url` is missing: write it in full/],
      [{ key: undefined }, /^`key` is missing: pass an `iso_server_…`/],
      [{ key: '' }, /^`key` is missing/],
      [{ url: 'shop.example', key: 'iso_server_test_x' }, /^`url` is `shop\.example`: write it in full/],
    ]) {
      const errors = []
      const bare = createNextFlags({ ...options, ...unset, fetch: assert.fail, onError: error => errors.push(error.message) })
      assert.deepEqual(errors, [], 'pages without flags are built and shown')
      for (let i = 0; i < 3; i++) {
        const res = await bare.proxy(request(WITH_COOKIE))
        assert.match(readSnapshot(behind(res)).problem, missing)
        assert.equal(res.headers.get('x-middleware-next'), '1')
      }
      assert.equal(await bare.getFlag('limit', request(WITH_COOKIE), 3), 3)
      assert.equal(errors.length, 1)
      assert.match(errors[0], missing)
    }
  })

  test('an `attributes` that throws costs the decisions, not the page', async () => {
    const errors = []
    const broken = createNextFlags({
      ...options,
      onError: error => errors.push(error.message),
      attributes: () => {
        throw new Error('no session')
      },
    })
    const res = await broken.proxy(request())
    assert.equal(readSnapshot(behind(res)).problem, 'no session')
    assert.ok(res.cookies.get('isoflag_vid'))
    assert.deepEqual(errors, ['no session'])
  })

  test('a server component reads the snapshot, or learns why it cannot', () => {
    const headers = new Headers({ [SNAPSHOT_HEADER]: encodeSnapshot(program.snapshot({ age: 20 })) })
    const snapshot = readSnapshot(headers)
    assert.equal(readFlag(snapshot, 'limit', 1), 99.5)
    assert.equal(readFlag(snapshot, 'limit', 'x'), 'x')
    assert.equal(readFlag(snapshot, 'constructor', false), true)
    assert.equal(readFlag(snapshot, 'valueOf', 'x'), 'x')
    assert.equal(readFlag(null, 'limit', 1), 1)
    assert.equal(readSnapshot(new Headers()), null)
    assert.match(readSnapshot(new Headers({ [SNAPSHOT_HEADER]: '[1,"' })).problem, /not JSON/)
  })

  test('a header that grows too large is told', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a-flag-with-a-long-name-${i}`, datafile.flags.limit]))
    const large = await serve(() => ({ body: Buffer.from(compile({ ...datafile, flags: many }).program) }))
    const errors = []
    const big = createNextFlags({ ...options, url: large.url, onError: error => errors.push(error.message) })
    const res = await big.proxy(request(WITH_COOKIE))
    await large.close()
    assert.equal(Object.keys(readSnapshot(behind(res)).decisions).length, 300)
    assert.match(errors[0], /the snapshot is a header of \d+ bytes: name the `flags` that pages need/)
  })
})
