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
  /** The events of this name that came, once for each time they came: earlier tests leave theirs to later visits. */
  const came = name => batches().flatMap(({ body }) => JSON.parse(body).events).filter(event => event.name === name)

  /** A fresh page with a tracker at `globalThis.tracker`. */
  async function visit(path = '/', options = {}, on = page) {
    handle = accept
    worker.seen.length = 0
    await on.goto(site.url + path)
    const all = { url: worker.url, key: 'iso_client_test_x', units: { visitorId: 'v-1' }, retrySeconds: 0.05, ...options }
    await on.evaluate(async options => {
      const { createTracker } = await import('/isoflag/dist/track.js')
      globalThis.tracker = createTracker(options)
    }, all)
  }
  /** What the log of this device holds, read without the package. */
  const logged = () =>
    page.evaluate(
      place =>
        new Promise(resolve => {
          const open = indexedDB.open(`isoflag ${place}`)
          open.onsuccess = () => {
            const all = open.result.transaction('events').objectStore('events').getAll()
            all.onsuccess = () => (open.result.close(), resolve(all.result.map(text => JSON.parse(text).name)))
          }
        }),
      `${worker.url}/v1/events`,
    )

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
    await until(() => came('left').length > 0)
    assert.deepEqual(batches().map(({ method, key, headers }) => [method, key, headers['content-type']]), [['POST', 'iso_client_test_x', 'text/plain;charset=UTF-8']])
  })

  test('a fetch that the navigation cuts off is sent again, with the same id', async () => {
    await visit()
    handle = () => new Promise(() => {})
    await page.evaluate(() => {
      globalThis.tracker.track('in flight')
      void globalThis.tracker.flush()
    })
    await until(() => came('in flight').length === 1)
    handle = accept
    await page.goto(`${site.url}/next`)
    await until(() => came('in flight').length === 2)
    const [first, second] = came('in flight')
    assert.deepEqual(second, first)
  })

  test('a closed page delivers as well', async () => {
    await visit()
    await page.evaluate(() => globalThis.tracker.track('closed'))
    const closing = page
    page = await context.newPage()
    await closing.close({ runBeforeUnload: true })
    await until(() => came('closed').length > 0)
  })

  test('what a closed page could not deliver, the next visit does, with the same id', async () => {
    await visit()
    const id = new Promise(resolve => (handle = ({ body }) => void resolve(JSON.parse(body).events.find(({ name }) => name === 'worker away')?.id)))
    await page.evaluate(() => (globalThis.tracker.track('worker away'), void globalThis.tracker.flush()))
    const lost = await id
    const closing = page
    page = await context.newPage()
    await closing.close()
    await visit()
    await page.evaluate(() => globalThis.tracker.track('next visit'))
    await until(() => came('worker away').length === 1)
    assert.equal(came('worker away')[0].id, lost)
    await page.evaluate(() => globalThis.tracker.flush())
    await until(() => came('next visit').length === 1)
    assert.deepEqual(await logged(), [], 'what the worker has is struck out')
  })

  test('a renderer that is killed loses nothing older than its log takes', async () => {
    await visit()
    await page.evaluate(() => globalThis.tracker.track('killed'))
    // The log is written at the next turn of the event loop; reading it waits for the write.
    assert.deepEqual(await logged(), ['killed'])
    const killed = page
    page = await context.newPage()
    const crash = await context.newCDPSession(killed)
    const crashed = killed.waitForEvent('crash')
    // Nobody is left to answer this.
    void crash.send('Page.crash').catch(() => undefined)
    await crashed
    await killed.close()
    await visit()
    await page.evaluate(() => globalThis.tracker.track('after the crash'))
    await until(() => came('killed').length === 1)
  })

  test('two tabs: one reads what was left, and neither takes the other’s for its own', async () => {
    await visit()
    const other = await context.newPage()
    await visit('/', {}, other)
    await page.evaluate(() => globalThis.tracker.track('tab one'))
    await other.evaluate(() => globalThis.tracker.track('tab two'))
    await Promise.all([page, other].map(tab => tab.evaluate(() => globalThis.tracker.flush())))
    await until(() => came('tab one').length > 0 && came('tab two').length > 0)
    const ids = new Set([...came('tab one'), ...came('tab two')].map(({ id }) => id))
    assert.equal(ids.size, 2)
    await other.close()
    assert.deepEqual(await logged(), [])
  })

  test('without consent the disk is not touched; withdrawn, it is wiped', async () => {
    await visit('/', { consent: 'pending' })
    await page.evaluate(() => globalThis.tracker.track('asked first'))
    assert.deepEqual(await logged(), [])
    handle = () => undefined
    await page.evaluate(() => globalThis.tracker.setConsent('granted'))
    assert.deepEqual(await logged(), ['asked first'])
    await page.evaluate(() => globalThis.tracker.setConsent('denied'))
    assert.deepEqual(await logged(), [])
  })

  test('a device that keeps nothing is sent from all the same', async () => {
    await page.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', { get: () => { throw new DOMException('no', 'SecurityError') } }))
    await visit()
    await page.evaluate(() => (globalThis.tracker.track('no disk'), globalThis.tracker.flush()))
    assert.equal(came('no disk').length, 1)
    const closing = page
    page = await context.newPage()
    await closing.close()
  })

  test('tracking needs no wasm: it works where the policy forbids it', async () => {
    await visit('/strict')
    await page.evaluate(() => (globalThis.tracker.track('strict'), globalThis.tracker.flush()))
    assert.equal(came('strict').length, 1)
    const refused = await page.evaluate(async () => {
      const { init } = await import('/isoflag/dist/index.browser.js')
      return init().then(() => 'compiled', error => error.name)
    })
    assert.equal(refused, 'CompileError', 'deciding in the browser does need it')
  })
})
