// The seat of the worker: the one file of JavaScript between the runtime and the wasm.
//
// A trap in the wasm ends that instance and leaves whatever it was doing unfinished for ever. So every call can be broken
// off from outside, and a trap breaks off all of them: requests in flight are answered at once instead of hanging, and
// the next call finds a new instance. Nothing is lost by it, as nothing is acknowledged before it is durable.

import * as wasm from './glue.js'

const state = wasm.__worker_init_state()
let generation = 0
let trapped = false
/** How to break off each call in flight. */
const inFlight = new Set()

function trap() {
  trapped = true
  for (const breakOff of inFlight) breakOff(new Error('the worker was restarted'))
  inFlight.clear()
}

// The panic hook of the `worker` crate sets this on its way down; hearing it there is the earliest one can know.
Object.defineProperty(state, 'criticalError', { get: () => trapped, set: critical => critical && trap() })
addEventListener('error', event => event.error instanceof WebAssembly.RuntimeError && trap())

function ready() {
  if (!trapped) return
  wasm.__wbg_reset_state()
  generation += 1
  trapped = false
}

async function guarded(call) {
  ready()
  const { promise, reject: breakOff } = Promise.withResolvers()
  inFlight.add(breakOff)
  try {
    return await Promise.race([call(), promise])
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) trap()
    throw error
  } finally {
    inFlight.delete(breakOff)
  }
}

const UNAVAILABLE = JSON.stringify({
  error: { code: 'internal', message: 'the server was restarted; sending the same request again is safe' },
})

const ALARM_AFTER_TRAP_MS = 2_000

export default {
  async fetch(request, env, context) {
    try {
      return await guarded(() => wasm.fetch(request, env, context))
    } catch (error) {
      console.error(String(error))
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'retry-after',
        'retry-after': '1',
      }
      return new Response(UNAVAILABLE, { status: 503, headers })
    }
  },
}

/** A Durable Object whose inside is made anew after a trap; what it knows is on disk. */
const durable = Inside =>
  class {
    #state
    #env
    #inside
    #generation = -1

    constructor(state, env) {
      this.#state = state
      this.#env = env
    }

    #now() {
      if (this.#generation !== generation) {
        this.#inside = new Inside(this.#state, this.#env)
        this.#generation = generation
      }
      return this.#inside
    }

    fetch(request) {
      return guarded(() => this.#now().fetch(request))
    }

    // An alarm that fails is rung again by the runtime a few times and then never more; so it never fails, it is set anew.
    async alarm() {
      try {
        await guarded(() => this.#now().alarm())
      } catch (error) {
        console.error(String(error))
        await this.#state.storage.setAlarm(Date.now() + ALARM_AFTER_TRAP_MS)
      }
    }
  }

export const Limiter = durable(wasm.Limiter)
export const Registry = durable(wasm.Registry)
export const Shard = durable(wasm.Shard)
