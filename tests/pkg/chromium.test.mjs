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

/** In a page: opening a database fails until `heal()`; `failed(n)` waits for as many failures. */
function failing() {
  const { open } = IDBFactory.prototype
  let count = 0
  IDBFactory.prototype.open = () => {
    const request = { error: new DOMException('Internal error opening backing store', 'UnknownError') }
    queueMicrotask(() => (count++, request.onerror()))
    return request
  }
  globalThis.heal = () => (IDBFactory.prototype.open = open)
  globalThis.failed = async many => {
    while (count < many) await new Promise(done => setTimeout(done))
  }
}

describe('in Chromium', () => {
  let browser, context, site, worker, page
  // What the worker does with a batch; a test may change it.
  let handle

  before(async () => {
    site = await serve(async ({ path }) => {
      if (path === '/busy') return new Promise(() => {})
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

  /** How many of this name came: what a page says on its way out may come late, and once more. */
  const many = name => new Set(came(name).map(({ id }) => id)).size

  /** A fresh page with a tracker at `globalThis.tracker`. */
  async function visit(path = '/', options = {}, on = page) {
    handle = accept
    worker.seen.length = 0
    await on.goto(site.url + path)
    const all = { url: worker.url, key: 'iso_client_test_x', units: { visitorId: 'v-1' }, retrySeconds: 0.05, ...options }
    await on.evaluate(async options => {
      const { createTracker } = await import('/isoflag/dist/track.js')
      globalThis.workerUrl = options.url
      globalThis.tracker = createTracker(options)
    }, all)
  }
  /** What the log of this device holds, read without the package; nothing where there is no log at all. */
  const logged = () =>
    page.evaluate(
      async place =>
        (await indexedDB.databases()).every(({ name }) => name !== `isoflag ${place}`) ? null : new Promise(resolve => {
          const open = indexedDB.open(`isoflag ${place}`)
          open.onsuccess = () => {
            const all = open.result.transaction('events').objectStore('events').getAll()
            all.onsuccess = () => (open.result.close(), resolve(all.result.map(text => JSON.parse(text).name)))
          }
        }),
      `${worker.url}/v1/events`,
    )

  /** Waits until the log of this device holds this. A write is soon done, and nobody is told when. */
  async function holds(expected) {
    let found
    for (const deadline = performance.now() + 30_000; performance.now() < deadline; ) {
      found = await logged()
      if (JSON.stringify(found) === JSON.stringify(expected)) return
    }
    assert.deepEqual(found, expected)
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
    // The beacon of the page that closed may come late, besides.
    await until(() => came('worker away').length >= 1)
    assert.deepEqual([many('worker away'), came('worker away')[0].id], [1, lost])
    await page.evaluate(() => globalThis.tracker.flush())
    await until(() => many('next visit') === 1)
    await holds([])
  })

  test('more than one queue was left: all of it is sent at the next visit, a part at a time', async () => {
    await visit()
    handle = () => undefined
    await page.evaluate(() => {
      for (let i = 0; i < 25; i++) globalThis.tracker.track('many')
    })
    await holds(Array(25).fill('many'))
    const closing = page
    page = await context.newPage()
    await closing.close()
    await visit('/', { maxQueue: 8 })
    await page.evaluate(() => globalThis.tracker.track('next visit'))
    // Apart from what the closed page still had on its way, which was more than this queue holds.
    const parts = () => batches().map(({ body }) => JSON.parse(body).events).filter(({ length }) => length <= 8)
    await until(() => new Set(parts().flat().filter(({ name }) => name === 'many').map(({ id }) => id)).size === 25)
    assert.ok(parts().length >= 25 / 8, `${parts().length}`)
    await until(() => many('next visit') === 1)
    await holds([])
  })

  test('a renderer that is killed loses nothing older than its log takes', async () => {
    await visit('/', { flushSeconds: 1000 })
    await page.evaluate(() => globalThis.tracker.track('killed'))
    // The log is written at the next turn of the event loop; reading it waits for the write.
    await holds(['killed'])
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
    await until(() => many('killed') === 1)
  })

  test('a backlog is taken up by and by, and does not crowd out what happens now', async () => {
    await visit('/', { consent: 'denied' })
    await visit()
    handle = () => undefined
    await page.evaluate(() => {
      for (let i = 0; i < 450; i++) globalThis.tracker.track('backlog', { i })
    })
    await holds(Array(450).fill('backlog'))
    await page.goto(`${site.url}/next`)
    await visit('/', { maxQueue: 300, retrySeconds: 1000 })
    handle = () => undefined
    const stats = await page.evaluate(async () => {
      for (let i = 0; i < 5; i++) globalThis.tracker.track('now')
      while (globalThis.tracker.stats().waiting < 155) await new Promise(requestAnimationFrame)
      await globalThis.tracker.flush()
      for (let i = 0; i < 50; i++) globalThis.tracker.track('now')
      return globalThis.tracker.stats()
    })
    assert.deepEqual(stats, { waiting: 205, arrived: 0, dropped: {} })
    handle = accept
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await until(() => many('backlog') === 450 && many('now') === 55)
    await holds([])
  })

  test('a busy worker is left alone by every page of the visit, and then gets all of it', async () => {
    const note = () => page.evaluate(place => localStorage[`isoflag ${place}`], `${worker.url}/v1/events`)
    const busy = seconds => () => ({ status: 429, headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after', 'retry-after': String(seconds) } })
    /** Goes on to another page, tracks there, and flushes. */
    const goOn = async name => {
      await page.goto(`${site.url}/next`)
      await page.evaluate(async ([url, name]) => {
        const { createTracker } = await import('/isoflag/dist/track.js')
        globalThis.tracker = createTracker({ url, key: 'iso_client_test_x', units: { visitorId: 'v-1' }, retrySeconds: 0.05 })
        globalThis.tracker.track(name)
        await globalThis.tracker.flush()
      }, [worker.url, name])
    }
    await visit('/', { consent: 'denied' })
    await visit()
    handle = busy(600)
    await page.evaluate(async () => (globalThis.tracker.track('patient'), globalThis.tracker.flush()))
    await goOn('patient')
    await holds(['patient', 'patient'])
    await goOn('patient')
    await holds(['patient', 'patient', 'patient'])
    await page.evaluate(() => Promise.all([1, 2, 3].map(() => globalThis.tracker.flush())))
    await page.goto(`${site.url}/next`)
    // One attempt, and of each event one beacon, when its page went: that may be its last word.
    await until(() => came('patient').length >= 4)
    assert.deepEqual([came('patient').length, batches().length, many('patient')], [4, 4, 3])
    await holds(['patient', 'patient', 'patient'])
    assert.ok(Number((await note()).split(' ')[0]) > Date.now() + 500_000, await note())
    // The pause is over, as by another clock; what was noted by nobody's clock is no pause.
    for (const text of [`${Date.now() + 300} 1`, '9e99 1', 'soon', '']) {
      await page.evaluate(([place, text]) => (localStorage[`isoflag ${place}`] = text), [`${worker.url}/v1/events`, text])
      handle = accept
      worker.seen.length = 0
      await goOn('in the end')
      await until(() => many('in the end') === 1)
      await holds([])
    }
    await visit()
    handle = busy(600)
    await page.evaluate(() => (globalThis.tracker.track('patient'), globalThis.tracker.flush()))
    assert.ok(await note())
    await page.evaluate(() => globalThis.tracker.setConsent('denied'))
    assert.equal(await note(), undefined, 'withdrawn, nothing stays on the device')
  })

  test('a disk that fails is asked again: what was tracked meanwhile is written, what was left is read', async () => {
    await visit('/', { consent: 'denied' })
    await visit()
    handle = () => undefined
    await page.evaluate(() => globalThis.tracker.track('left before'))
    await holds(['left before'])
    await page.goto(`${site.url}/next`)
    await visit('/', { flushSeconds: 1000 })
    await page.evaluate(failing)
    await page.evaluate(async () => {
      globalThis.tracker.track('disk away')
      await globalThis.failed(2)
      globalThis.heal()
    })
    await holds(['left before'])
    await page.evaluate(() => globalThis.tracker.track('disk back'))
    await holds(['left before', 'disk away', 'disk back'])
    await page.evaluate(() => globalThis.tracker.flush())
    await until(() => many('left before') === 1 && many('disk away') === 1 && many('disk back') === 1)
    await holds([])
  })

  test('closed while the worker is away, what the disk did not take is said to the next visit, or told as lost', async () => {
    await visit('/', { consent: 'denied' })
    for (const forbidden of [true, false]) {
      await visit()
      handle = () => undefined
      await page.evaluate(failing)
      const [stats, errors] = await page.evaluate(async forbidden => {
        const { createTracker } = await import('/isoflag/dist/track.js')
        const errors = []
        if (forbidden) Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }
        const tracker = createTracker({ url: globalThis.workerUrl, key: 'iso_client_test_x', units: { visitorId: 'v-1' }, onError: ({ code, message }) => errors.push([code, message]) })
        for (let i = 0; i < 2; i++) tracker.track('closed without a disk')
        await tracker.close({ withinSeconds: 0.2 })
        return [tracker.stats(), errors.filter(([code]) => code === 'dropped')]
      }, forbidden)
      if (forbidden) {
        assert.deepEqual([stats.dropped, errors.length], [{ closed: 2 }, 1])
        assert.match(errors[0][1], /^2 events were dropped: not sent yet when the tracker was closed/)
      } else assert.deepEqual([stats.dropped, errors], [{}, []])
    }
    await visit()
    await page.evaluate(() => globalThis.tracker.track('next visit'))
    await until(() => many('closed without a disk') === 2)
    await holds([])
  })

  test('what a page had no time to write is said on its way out, and heard by the next one', async () => {
    const words = () => page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('isoflag ')).map(key => JSON.parse(localStorage[key]).length))
    await visit('/', { consent: 'denied' })
    await visit()
    handle = () => undefined
    await page.evaluate(() => {
      // A disk that takes its time: longer than this page has.
      IDBFactory.prototype.open = () => ({})
      globalThis.tracker.track('cut short')
      globalThis.tracker.track('cut short')
      location.href = '/next'
    })
    await page.waitForURL('**/next')
    assert.deepEqual(await words(), [2])
    // What somebody else put there is nobody's last words, and harms nobody.
    await page.evaluate(place => ['', '{', '5', '[5]', '[[1,2]]'].forEach((text, i) => (localStorage[`isoflag ${place} stranger${i}`] = text)), `${worker.url}/v1/events`)
    await visit()
    await page.evaluate(() => globalThis.tracker.track('heard'))
    await until(() => many('cut short') === 2)
    await holds([])
    assert.deepEqual([await words(), many('cut short')], [[], 2])
    // Said and not heard yet, it goes with a consent that is withdrawn.
    handle = () => undefined
    await page.evaluate(() => (globalThis.tracker.track('withdrawn'), dispatchEvent(new Event('pagehide'))))
    await page.evaluate(() => globalThis.tracker.setConsent('denied'))
    assert.deepEqual(await words(), [])
    await holds(null)
  })

  test('two tabs: one reads what was left, and neither takes the other’s for its own', async () => {
    await visit()
    const other = await context.newPage()
    await visit('/', {}, other)
    await page.evaluate(() => globalThis.tracker.track('tab one'))
    await other.evaluate(() => globalThis.tracker.track('tab two'))
    await Promise.all([page, other].map(tab => tab.evaluate(() => globalThis.tracker.flush())))
    await until(() => came('tab one').length > 0 && came('tab two').length > 0)
    assert.deepEqual([many('tab one'), many('tab two')], [1, 1])
    await other.close()
    await holds([])
  })

  test('without consent the disk is not touched; withdrawn, it is wiped', async () => {
    await visit('/', { consent: 'denied' })
    // What earlier pages left goes with a consent that was withdrawn before this one.
    await holds(null)
    await visit('/', { consent: 'pending' })
    await page.evaluate(() => globalThis.tracker.track('asked first'))
    await holds(null)
    handle = () => undefined
    await page.evaluate(() => globalThis.tracker.setConsent('granted'))
    await holds(['asked first'])
    await page.evaluate(() => globalThis.tracker.setConsent('denied'))
    await holds(null)
    await page.evaluate(() => (globalThis.tracker.setConsent('granted'), globalThis.tracker.track('asked again')))
    await holds(['asked again'])
    // The next page says no before anything was tracked on it.
    await page.goto(`${site.url}/next`)
    await visit()
    await page.evaluate(() => globalThis.tracker.setConsent('denied'))
    await holds(null)
  })

  test('a tab leaves alone what another one that lives has yet to send, and takes it over when that one dies', async () => {
    await visit('/', { flushSeconds: 1000 })
    await page.evaluate(() => globalThis.tracker.track('waits in tab one'))
    await holds(['waits in tab one'])
    const other = await context.newPage()
    await visit('/', {}, other)
    await other.evaluate(async () => {
      globalThis.tracker.track('sent by tab two')
      await globalThis.tracker.flush()
    })
    await until(() => many('sent by tab two') === 1)
    await holds(['waits in tab one'])
    assert.equal(came('waits in tab one').length, 0)
    const crash = await context.newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    void crash.send('Page.crash').catch(() => undefined)
    await crashed
    await page.close()
    page = other
    await until(() => many('waits in tab one') === 1)
    await holds([])
  })

  test('where other beacons have taken most of what a page may send, what still fits goes', async () => {
    // Nothing from earlier, which would be sent at once and all else with it.
    await visit('/', { consent: 'denied' })
    await visit('/', { flushSeconds: 1000, flushAt: 1000 })
    await page.evaluate(() => {
      for (let i = 0; i < 100; i++) globalThis.tracker.track('crowded', { i, text: 'x'.repeat(400) })
      // Somebody else's, still under way: 40 of the 64 KiB.
      navigator.sendBeacon('/busy', 'y'.repeat(40_000))
      // The page is hidden, as far as it can tell.
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    // Of several beacons a smaller one may come first.
    await until(() => many('crowded') >= 20)
    assert.ok(many('crowded') < 100, `${many('crowded')} of 100 fitted`)
    // It goes after all: what had no room is tried again, with whatever there is now.
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    await page.evaluate(() => globalThis.tracker.flush())
    await until(() => many('crowded') === 100)
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
