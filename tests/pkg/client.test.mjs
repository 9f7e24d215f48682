// The client against a worker that is well, changed, slow, ill and gone.

import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { compile, datafile, install, serve } from './support.mjs'

const { createClient } = await (await install()).import('isoflag')
const first = compile(datafile)
const second = compile({ ...datafile, flags: { only: datafile.flags.limit } })

const ends = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A worker whose state a test changes, and a client of it. */
async function setUp(options = {}) {
  const worker = { compiled: first, status: 200, body: undefined, headers: {} }
  const server = await serve(({ headers }) => {
    if (worker.status === 0) return undefined
    if (worker.status !== 200) return { status: worker.status, body: worker.body }
    const etag = `"${worker.compiled.digest}"`
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } }
    return { headers: { etag }, body: worker.body ?? Buffer.from(worker.compiled.program) }
  })
  const errors = []
  const client = createClient({ url: `${server.url}/`, key: 'iso_server_test_x', timeoutSeconds: 30, onError: error => errors.push(error.message), ...options })
  ends.push(() => client.close(), server.close)
  return { worker, server, client, errors }
}

test('the program is fetched once, with the key, however many wait for it', async () => {
  const { server, client } = await setUp()
  assert.equal(client.program(), undefined)
  assert.equal(server.seen.length, 0, 'nothing is fetched before it is asked for')
  const [a, b] = await Promise.all([client.ready(), client.ready()])
  assert.equal(a.digest, first.digest)
  assert.equal(a, b)
  assert.equal(client.program(), a)
  assert.deepEqual(server.seen.map(({ method, path, headers }) => [method, path, headers.authorization]), [
    ['GET', '/v1/program', 'Bearer iso_server_test_x'],
  ])
})

test('while the program is young nobody is asked again', async () => {
  const { server, client } = await setUp({ refreshSeconds: 3600 })
  for (let i = 0; i < 5; i++) await client.ready()
  assert.equal(server.seen.length, 1)
})

test('an old program answers at once and is refreshed behind the scenes, by its ETag', async () => {
  const refreshes = []
  const host = { waitUntil: refresh => refreshes.push(refresh) }
  const { server, worker, client } = await setUp({ refreshSeconds: 0 })
  const program = await client.ready()
  assert.equal(await client.ready(host), program)
  await Promise.all(refreshes.splice(0))
  assert.equal(server.seen[1].headers['if-none-match'], `"${first.digest}"`)
  assert.equal(client.program(), program, 'not modified: the same program stays')
  worker.compiled = second
  assert.equal(await client.ready(host), program, 'the old one answers while the new one is under way')
  await Promise.all(refreshes.splice(0))
  assert.equal((await client.ready()).digest, second.digest)
  assert.equal(program.decide('limit', { age: 20 }).value, 99.5, 'who still holds the old one can still use it')
})

test('whatever happens to the worker, the last good program stays', async () => {
  const refreshes = []
  const host = { waitUntil: refresh => refreshes.push(refresh) }
  const { worker, client, errors } = await setUp({ refreshSeconds: 0 })
  const program = await client.ready()
  for (const illness of [{ status: 500, body: 'oops' }, { status: 0 }, { status: 200, body: '<html>', compiled: second }, { status: 401 }]) {
    Object.assign(worker, { body: undefined }, illness)
    assert.equal(await client.ready(host), program)
    await Promise.all(refreshes.splice(0))
    assert.equal(client.program(), program)
  }
  assert.match(errors[0], /`http:\/\/127\.0\.0\.1:\d+\/v1\/program` answered 500: no reason given/)
  assert.match(errors[1], /cannot reach `http.*`: fetch failed: /)
  assert.match(errors[2], /answered 200: no program; is this/)
  assert.match(errors[3], /answered 401: the key is not one of this environment/)
  Object.assign(worker, { status: 200, body: undefined })
  await client.refresh()
  assert.equal(client.program().digest, second.digest)
})

test('without any program the error says what is wrong and where', async () => {
  const { worker, client } = await setUp()
  Object.assign(worker, { status: 404, body: JSON.stringify({ error: { code: 'not_found', message: 'no datafile yet: PUT /v1/datafile' } }) })
  await assert.rejects(client.ready(), { name: 'ClientError', status: 404, message: /answered 404: no datafile yet/ })
  Object.assign(worker, { status: 404, body: '' })
  await assert.rejects(client.refresh(), /is this the address of an isoflag worker\?/)
})

test('an address or a key that is unset or not whole is named, at the first use and not before', async () => {
  const rejected = (options, message) => assert.rejects(createClient({ url: 'http://worker', key: 'k', fetch: assert.fail, ...options }).ready(), { name: 'TypeError', message })
  for (const url of [undefined, '']) await rejected({ url }, '`url` is missing: write it in full, like `https://flags.example.com`')
  for (const url of ['flags.example.com', '/flags', 'localhost:8787'])
    await rejected({ url }, `\`url\` is \`${url}\`: write it in full, like \`https://flags.example.com\``)
  for (const key of [undefined, '', ' ']) await rejected({ key }, '`key` is missing: pass an `iso_server_…` or `iso_client_…` key')
})

test('a page may have the worker behind a path of its own site', async t => {
  globalThis.location = { href: 'https://shop.example/' }
  t.after(() => delete globalThis.location)
  const asked = []
  const fetch = async url => (asked.push(url), new Response(first.program))
  await createClient({ url: '/flags/', key: 'k', fetch }).ready()
  assert.deepEqual(asked, ['/flags/v1/program'])
  await assert.rejects(createClient({ url: 'flags.example.com', key: 'k', fetch }).ready(), /`url` is `flags\.example\.com`/)
})

test('an answer that is no program names the address that gave it', async () => {
  const { server, worker, client } = await setUp()
  worker.body = '<!doctype html><title>Shop</title>' + '<p>hello</p>'.repeat(99)
  const message = `\`${server.url}/v1/program\` answered 200: no program; is this the address of an isoflag worker?`
  await assert.rejects(client.ready(), { name: 'ClientError', status: 200, message })
})

test('a worker that is down is not asked by every request', async () => {
  const { server, worker, client } = await setUp({ refreshSeconds: 3600 })
  worker.status = 503
  await assert.rejects(client.ready(), { status: 503 })
  await assert.rejects(client.ready(), { status: 503 })
  assert.equal(server.seen.length, 1)
  worker.status = 200
  await client.refresh()
  assert.equal((await client.ready()).digest, first.digest, 'asking on purpose always asks')
})

test('silence ends after the time set, also when the fetch died with another request', async () => {
  const never = (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  // Node lets a process go whose only timer is that of an abort signal.
  const awake = setInterval(() => {}, 1000)
  try {
    const silent = createClient({ url: 'http://worker', key: 'k', timeoutSeconds: 0.02, fetch: never })
    await assert.rejects(silent.ready(), { name: 'ClientError', status: null, message: /no answer in 0.02 s/ })
    const dead = createClient({ url: 'http://worker', key: 'k', timeoutSeconds: 0.02, fetch: () => new Promise(() => {}) })
    await assert.rejects(dead.ready(), { name: 'ClientError', message: 'cannot reach `http://worker/v1/program`: no answer in 0.02 s' })
  } finally {
    clearInterval(awake)
  }
})

test('a closed client fetches nothing more, what it has stays', async () => {
  const { server, client } = await setUp({ refreshSeconds: 0 })
  const program = await client.ready()
  client.close()
  assert.equal(await client.ready(), program)
  await assert.rejects(client.refresh(), /the client is closed/)
  assert.equal(server.seen.length, 1)
})
