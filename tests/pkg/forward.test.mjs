// Events through the site's own path: the handler between a tracker and the worker.

import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { install, serve } from './support.mjs'

const installed = await install()
const { forwardEvents } = await installed.import('isoflag/next')

const ends = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const key = 'iso_client_test_x'
const request = (body, headers = {}) => new Request('http://shop/api/events', { method: 'POST', body, headers, duplex: 'half' })

async function worker(answer) {
  const server = await serve(answer)
  ends.push(server.close)
  return server
}

test('the batch arrives as it was sent, with the key of the site and without its cookies', async () => {
  const { url, seen } = await worker(() => ({ body: '{"accepted":1}', headers: { 'x-secret': 'no', 'set-cookie': 'a=b' } }))
  const sent = { 'content-type': 'text/plain', cookie: 'session=1', authorization: 'Basic abc', 'user-agent': 'Mozilla', origin: 'http://shop' }
  const answer = await forwardEvents({ url: `${url}/`, key })(request('{"events":[]} é', sent))
  assert.deepEqual([answer.status, await answer.text(), answer.headers.get('x-secret'), answer.headers.get('set-cookie')], [200, '{"accepted":1}', null, null])
  const [{ path, body, headers }] = seen
  assert.deepEqual([path, body, headers.authorization, headers.cookie, headers['user-agent'], headers.origin], ['/v1/events', '{"events":[]} é', `Bearer ${key}`, undefined, 'Mozilla', 'http://shop'])
})

test('a worker that is busy or away is told to the tracker, which keeps the events', async () => {
  const { url } = await worker(() => ({ status: 429, headers: { 'retry-after': '7' }, body: '{}' }))
  const busy = await forwardEvents({ url, key })(request('{}'))
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [429, '7'])
  for (const options of [{ url: 'http://127.0.0.1:1' }, { url: (await worker(() => new Promise(() => {}))).url, timeoutSeconds: 0.05 }]) {
    const away = await forwardEvents({ ...options, key })(request('{}'))
    assert.deepEqual([away.status, away.headers.get('retry-after')], [503, '5'])
  }
})

test('no more is read than a batch may hold, whether its length is stated or not', async () => {
  const { url, seen } = await worker(() => ({ body: '{}' }))
  const stated = await forwardEvents({ url, key })(request('x'.repeat(600_000)))
  let made = 0
  const endless = new ReadableStream({ pull: controller => (made++, controller.enqueue(new Uint8Array(65_536))) })
  const unstated = await forwardEvents({ url, key })(request(endless))
  assert.deepEqual([stated.status, unstated.status, seen.length], [413, 413, 0])
  assert.ok(made < 16, `${made} parts were read`)
})

test('a server key is refused where visitors decide what is sent', () => {
  assert.throws(() => forwardEvents({ url: 'http://w', key: 'iso_server_test_x' }), /takes a client key/)
})

test('whoever runs the site hears once why events are not passed on', async () => {
  const errors = []
  const onError = error => errors.push(error.message)
  let status = 401
  const { url } = await worker(() => ({ status, body: '{}' }))
  const post = forwardEvents({ url, key, onError })
  for (status of [401, 401, 200, 503, 400]) assert.equal((await post(request('{}'))).status, status)
  assert.deepEqual(errors.splice(0), [401, 503].map(status => `cannot pass events on: \`${url}/v1/events\` answered ${status}`))
  const away = forwardEvents({ url: 'http://127.0.0.1:1', key, onError })
  for (let i = 0; i < 2; i++) assert.equal((await away(request('{}'))).status, 503)
  assert.equal(errors.splice(0).length, 1)
  for (const unset of [{ key: undefined }, { key: '' }, { url: undefined }]) {
    const bare = forwardEvents({ url, key, onError, ...unset })
    for (let i = 0; i < 2; i++) assert.equal((await bare(request('{}'))).status, 503)
    assert.equal(errors.length, 1)
    assert.match(errors.pop(), /^cannot pass events on: `(key|url)` is missing/)
  }
})
