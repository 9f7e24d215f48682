// The package's files as they are, without a bundler, in a real browser: the engine, and a tracker whose page goes away.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { launchChromium } from '../../tools/lib/chromium.mjs'
import { compile, datafile, install, serve, until } from './support.mjs'

const { dir } = await install()
const compiled = compile(datafile)
const TYPES = { js: 'text/javascript', wasm: 'application/wasm' }

describe('in Chromium', () => {
  let browser, context, site, worker, page
  // What the worker does with a batch; a test may change it.
  let handle

  before(async () => {
    site = await serve(async ({ path }) => {
      if (!path.startsWith('/isoflag/')) {
        const csp = path === '/strict' ? { 'content-security-policy': "script-src 'self' 'unsafe-inline'" } : {}
        return { headers: { 'content-type': 'text/html', ...csp }, body: '<!doctype html><title>page</title>' }
      }
      return { headers: { 'content-type': TYPES[path.split('.').at(-1)] }, body: await readFile(join(dir, path.slice('/isoflag/'.length))) }
    })
    worker = await serve(async call => {
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization', 'access-control-expose-headers': 'etag' }
      if (call.method === 'OPTIONS') return { status: 204, headers }
      if (call.path === '/v1/program') return { headers, body: Buffer.from(compiled.program) }
      return { headers, ...(await handle(call)) }
    })
    browser = await launchChromium()
    // One context for all: closing the last page of its own would end the context, and the browser with it the beacon.
    context = await browser.newContext()
    page = await context.newPage()
  })
  after(async () => {
    await browser?.close()
    await Promise.all([site.close(), worker.close()])
  })

  const accept = ({ body }) => ({ body: JSON.stringify({ accepted: JSON.parse(body).events.length, duplicates: 0, rejected: [] }) })
  const batches = () => worker.seen.filter(({ path }) => path === '/v1/events')

  /** A fresh page with a tracker at `globalThis.tracker`. */
  async function visit(path = '/') {
    handle = accept
    worker.seen.length = 0
    await page.goto(site.url + path)
    await page.evaluate(async url => {
      const { createTracker } = await import('/isoflag/dist/track.js')
      globalThis.tracker = createTracker({ url, key: 'iso_client_test_x', units: { visitorId: 'v-1' } })
    }, worker.url)
  }

  test('the engine is fetched, the program is fetched, and the decision is the one Node makes', async () => {
    await visit()
    const here = await page.evaluate(async url => {
      const { createClient, init } = await import('/isoflag/dist/index.browser.js')
      await init()
      const program = await createClient({ url, key: 'iso_client_test_x' }).ready()
      // As text: Playwright leaves a key called `__proto__` behind.
      return JSON.stringify(program.decideAll({ visitorId: 'v-1 😀', age: 20, account: 7 }))
    }, worker.url)
    const { loadProgram } = await import(join(dir, 'dist/index.inline.js'))
    assert.equal(here, JSON.stringify(loadProgram(compiled.program).decideAll({ visitorId: 'v-1 😀', age: 20, account: 7 })))
  })

  test('a page that navigates away delivers what was waiting, without a preflight', async () => {
    await visit()
    await page.evaluate(() => {
      globalThis.tracker.track('left', { at: 'once' })
      location.href = '/next'
    })
    await page.waitForURL('**/next')
    await until(() => batches().length > 0)
    assert.deepEqual(batches().map(({ method, key, headers }) => [method, key, headers['content-type']]), [['POST', 'iso_client_test_x', 'text/plain;charset=UTF-8']])
    assert.equal(JSON.parse(batches()[0].body).events[0].name, 'left')
  })

  test('a fetch that the navigation cuts off is sent again, with the same id', async () => {
    await visit()
    handle = () => new Promise(() => {})
    await page.evaluate(() => {
      globalThis.tracker.track('in flight')
      void globalThis.tracker.flush()
    })
    await until(() => batches().length === 1)
    handle = accept
    await page.goto(`${site.url}/next`)
    await until(() => batches().length === 2)
    const [first, second] = batches().map(({ body }) => JSON.parse(body).events)
    assert.deepEqual(second, first)
  })

  test('a closed page delivers as well', async () => {
    await visit()
    await page.evaluate(() => globalThis.tracker.track('closed'))
    const closing = page
    page = await context.newPage()
    await closing.close({ runBeforeUnload: true })
    await until(() => batches().length > 0)
    assert.equal(JSON.parse(batches()[0].body).events[0].name, 'closed')
  })

  test('tracking needs no wasm: it works where the policy forbids it', async () => {
    await visit('/strict')
    await page.evaluate(() => (globalThis.tracker.track('strict'), globalThis.tracker.flush()))
    assert.equal(batches().length, 1)
    const refused = await page.evaluate(async () => {
      const { init } = await import('/isoflag/dist/index.browser.js')
      return init().then(() => 'compiled', error => error.name)
    })
    assert.equal(refused, 'CompileError', 'deciding in the browser does need it')
  })
})
