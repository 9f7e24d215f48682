// What tests of the tracker share: a server that answers as a worker may, a page that goes and comes back.

import { afterEach } from 'node:test'
import { serve } from './support.mjs'

export const exposure = { experiment: 'checkout', run: '1a2b3c4d', unitType: 'visitorId', unit: 'v-1', variant: 'new' }

export const accept = ({ body }) => ({ body: JSON.stringify({ accepted: JSON.parse(body).events.length, duplicates: 0, rejected: [] }) })

/** `setUp` of the tests of one file, and what else is to be ended after each of them. */
export function tracking(createTracker) {
  const ends = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  /** A server that answers with `handle`, and a tracker of one visitor that hurries with its retries. */
  async function setUp(options = {}, handle = accept) {
    const server = await serve(handle)
    const errors = []
    const tracker = createTracker({
      url: server.url,
      key: 'iso_client_test_abc',
      units: { visitorId: 'v-1' },
      retrySeconds: 0.005,
      onError: error => errors.push(error),
      ...options,
    })
    ends.push(server.close, () => tracker.close({ withinSeconds: 0 }))
    const events = () => server.seen.flatMap(({ body }) => JSON.parse(body).events)
    const stored = () => new Set(events().map(event => event.id ?? JSON.stringify(event)))
    return { server, tracker, errors, events, stored }
  }

  return { setUp, ends }
}

/** The few things of a page the tracker looks at. `beacon` says what the browser does with one. */
export function page(t, beacon, browser = {}) {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const window = new EventTarget()
  const beacons = []
  const sendBeacon = (url, body) => {
    const taken = beacon(beacons.length)
    beacons.push({ url, events: JSON.parse(body).events, taken })
    return taken
  }
  const globals = {
    document,
    navigator: { sendBeacon, ...browser },
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  }
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name)
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]))
  }
  const turn = visibilityState => {
    document.visibilityState = visibilityState
    document.dispatchEvent(new Event('visibilitychange'))
  }
  return { beacons, hide: () => turn('hidden'), show: () => turn('visible'), leave: () => window.dispatchEvent(new Event('pagehide')), document, window }
}
