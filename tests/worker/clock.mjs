// A worker whose clock a test can put forward, where what matters is a minute later and nobody wants to wait for it.

import { must } from './kit.mjs'
import { wrappedWorker } from './wrapped.mjs'

// All that tells time in an isolate asks its Date, the wasm too, and everything of one worker is in one isolate here.
const ENTRY = `import worker from './seat.js'
export * from './seat.js'
const Real = Date
let ahead = 0
globalThis.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Date.now()) }
  static now() { return Real.now() + ahead }
}
export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== '/clock') return worker.fetch(request, env, context)
    ahead += Number(await request.text())
    return Response.json({ now: Date.now() })
  },
}
`

/** A worker of one's own; `later(ms)` puts its clock forward. */
export async function clockedWorker(options) {
  const own = await wrappedWorker(ENTRY, options)
  return Object.assign(own, { later: ms => must(200, `${own.url}/clock`, { method: 'POST', body: String(ms) }) })
}
