// The seat of the worker: the one file of JavaScript between the runtime and the wasm.
//
// A trap in the wasm ends that instance and leaves whatever it was doing unfinished for ever. So every call races
// against an alarm that a trap sets off: all requests in flight are answered at once instead of hanging, and the next
// call finds a new instance. Nothing is lost by it, as nothing is acknowledged before it is durable.

import * as wasm from './glue.js'

const state = wasm.__worker_init_state()
let generation = 0
let trapped = false
let alarm = newAlarm()

function newAlarm() {
  const alarm = Promise.withResolvers()
  alarm.promise.catch(() => {})
  return alarm
}

function trap() {
  if (trapped) return
  trapped = true
  alarm.reject(new Error('the worker was restarted'))
}

// The panic hook of the `worker` crate sets this on its way down; hearing it there is the earliest one can know.
Object.defineProperty(state, 'criticalError', { get: () => trapped, set: (critical) => critical && trap() })
addEventListener('error', (event) => event.error instanceof WebAssembly.RuntimeError && trap())

function ready() {
  if (!trapped) return
  wasm.__wbg_reset_state()
  generation += 1
  trapped = false
  alarm = newAlarm()
}

async function guarded(call) {
  ready()
  try {
    return await Promise.race([call(), alarm.promise])
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) trap()
    throw error
  }
}

const UNAVAILABLE = JSON.stringify({
  error: { code: 'internal', message: 'the server was restarted; sending the same request again is safe' },
})

export default {
  async fetch(request, env, context) {
    try {
      return await guarded(() => wasm.fetch(request, env, context))
    } catch (error) {
      console.error(String(error))
      const headers = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*', 'retry-after': '1' }
      return new Response(UNAVAILABLE, { status: 503, headers })
    }
  },
}

/** A Durable Object whose inside is made anew after a trap; what it knows is on disk. */
const durable = (Inside) =>
  class {
    #state
    #env
    #inside
    #generation = -1

    constructor(state, env) {
      this.#state = state
      this.#env = env
    }

    fetch(request) {
      return guarded(() => {
        if (this.#generation !== generation) {
          this.#inside = new Inside(this.#state, this.#env)
          this.#generation = generation
        }
        return this.#inside.fetch(request)
      })
    }
  }

export const Registry = durable(wasm.Registry)
export const Shard = durable(wasm.Shard)
