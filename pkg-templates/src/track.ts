// The tracker: gathers events, sends them in batches and keeps them until the worker has said it has them. Everything carries
// an identity of its own, so whatever is in doubt is sent again and counts once.

import { messageOf } from './errors.ts'
import { bodyOf, cut, type Item, makeItem, MAX_BYTES } from './track/batch.ts'
import { uuidv7 } from './track/id.ts'
import { type Outcome, post, routeFor } from './track/send.ts'
import type { Exposure, Json, Snapshot } from './types.ts'

export type { Exposure, Json, Snapshot } from './types.ts'

type Units = Readonly<Record<string, string>>

export interface TrackerOptions {
  /** Where the worker is, e.g. `https://flags.example.com`. */
  readonly url: string
  /** A client key in browsers, a server key on servers. */
  readonly key: string
  /** Who is doing this, e.g. `{ visitorId: 'v-1' }`. */
  readonly units?: Units | undefined
  /** Brings the units, and the experiments events are tagged with. */
  readonly snapshot?: Snapshot | null | undefined
  /** Events that are sent without waiting, 10 by default. */
  readonly flushAt?: number
  /** How long an event waits for company, 5 by default. */
  readonly flushSeconds?: number
  /** How long to wait for an answer, 10 by default. */
  readonly timeoutSeconds?: number
  /** The first wait after a failure, 1 by default; it doubles up to a minute, with jitter, and never undercuts Retry-After. */
  readonly retrySeconds?: number
  /** Events kept while the worker cannot be reached, 1000 by default. What comes on top is dropped and reported. */
  readonly maxQueue?: number
  readonly fetch?: typeof globalThis.fetch
  /** Hears of everything that does not arrive. Default: `console.warn`. */
  readonly onError?: (error: TrackError) => void
}

export interface Tracker {
  /** Records that something happened. `about` is for servers, where each event has its own visitor and time. */
  track(name: string, properties?: Readonly<Record<string, Json>>, about?: { readonly units?: Units; readonly at?: number }): void
  /** Records that a variant was shown; the same run, unit and variant again is ignored. */
  expose(exposure: Exposure & { readonly program?: string; readonly at?: number }): void
  /** Sends what is waiting; settles when it has arrived or an attempt has failed. Never rejects. */
  flush(): Promise<void>
  /** A last flush, then nothing more is taken. */
  close(): Promise<void>
}

/**
 * `rejected`: the worker took the batch but not this event. `refused`: it took nothing of the batch and never will.
 * `unreachable`: told once per outage, the events are kept. `dropped`: never sent.
 */
export type TrackErrorCode = 'rejected' | 'refused' | 'unreachable' | 'dropped'

export class TrackError extends Error {
  override readonly name = 'TrackError'
  readonly code: TrackErrorCode
  /** The event as it was sent, where one is to blame. */
  readonly event: unknown
  constructor(code: TrackErrorCode, message: string, event?: unknown) {
    super(message)
    this.code = code
    this.event = event
  }
}

const MAX_WAIT = 60_000
/** A server sees many units: beyond this the memory of sent exposures starts anew, which only costs duplicates. */
const MAX_SEEN = 10_000

/** Makes a tracker. Safe to call while rendering on a server: nothing happens before the first event. */
export function createTracker(options: TrackerOptions): Tracker {
  const { url, key, snapshot, flushAt = 10, flushSeconds = 5, timeoutSeconds = 10, retrySeconds = 1, maxQueue = 1000 } = options
  const { onError = warn } = options
  const defaults: Units = { ...snapshot?.units, ...options.units }
  const route = routeFor(url, key)
  const active = new Map<string, Exposure>()
  for (const { exposure } of Object.values(snapshot?.decisions ?? {})) if (exposure) active.set(exposure.experiment, exposure)
  const seen = new Set<string>()
  let pending: Item[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let underway: Promise<void> | undefined
  let failures = 0
  let listening = false
  let closed = false

  function add(event: { readonly type: string }): void {
    if (closed) return drop('the tracker is closed', event)
    if (pending.length >= maxQueue) return drop(`${maxQueue} events are waiting already`, event)
    let item: Item
    try {
      item = makeItem(event)
    } catch (error) {
      return drop(`it is not JSON: ${messageOf(error)}`, event)
    }
    if (item.bytes > MAX_BYTES) return drop(`it has ${item.bytes} bytes, ${MAX_BYTES} are allowed`, event)
    pending.push(item)
    listen()
    // While the worker is away only its waiting time counts.
    if (failures > 0 || underway !== undefined) return
    if (pending.length >= flushAt) void drain()
    else timer ??= setTimeout(drain, flushSeconds * 1000)
  }

  function drop(why: string, event: unknown): void {
    onError(new TrackError('dropped', `an event was dropped: ${why}`, event))
  }

  function drain(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    underway ??= sendAll().finally(() => {
      underway = undefined
    })
    return underway
  }

  async function sendAll(): Promise<void> {
    while (pending.length > 0) {
      const batch = cut(pending)
      const outcome = await post(options.fetch ?? fetch, route, bodyOf(batch), timeoutSeconds * 1000, false)
      if (settle(batch, outcome)) continue
      const wait = Math.min(retrySeconds * 1000 * 2 ** (failures - 1), MAX_WAIT) * (0.5 + Math.random() / 2)
      timer = setTimeout(drain, Math.max(wait, outcome.kind === 'retry' ? outcome.afterMs : 0))
      // Waiting for a worker that is away must not keep a Node process alive.
      ;(timer as unknown as { unref?: () => void }).unref?.()
      return
    }
  }

  /** Whether the batch is done with, one way or the other. */
  function settle(batch: readonly Item[], outcome: Outcome): boolean {
    if (outcome.kind === 'retry') {
      if (failures++ === 0) onError(new TrackError('unreachable', `cannot send events to \`${url}\`: ${outcome.why}; they are kept`))
      return false
    }
    failures = 0
    // By identity: what was tracked, or sent by another way, during the flight is not touched.
    const done = new Set(batch)
    pending = pending.filter(item => !done.has(item))
    if (outcome.kind === 'refused') {
      onError(new TrackError('refused', `${batch.length} events were refused by \`${url}\`: ${outcome.why}`))
    } else {
      for (const { index, field, message } of outcome.rejected)
        onError(new TrackError('rejected', `an event was rejected: ${field ?? `events[${index}]`}: ${message}`, parse(batch[index])))
    }
    return true
  }

  // The page may be going away for good: everything without an answer goes out, also what a fetch has under way, for that
  // may be cut off. It stays in the queue: a beacon has no answer, and if the page comes back it is sent once more.
  function leave(): void {
    let rest = pending.filter(item => !item.beaconed)
    while (rest.length > 0) {
      const batch = cut(rest)
      rest = rest.slice(batch.length)
      for (const item of batch) item.beaconed = true
      const body = bodyOf(batch)
      if (route.beacon && navigator.sendBeacon?.(route.url, body)) continue
      void post(options.fetch ?? fetch, route, body, timeoutSeconds * 1000, true).then(outcome => {
        // A failure is the next attempt's to count.
        if (outcome.kind !== 'retry') settle(batch, outcome)
      })
    }
  }

  function comeBack(): void {
    for (const item of pending) item.beaconed = false
    if (pending.length > 0) void drain()
  }

  const onVisibility = (): void => (document.visibilityState === 'hidden' ? leave() : comeBack())

  function listen(): void {
    if (listening || typeof document === 'undefined') return
    listening = true
    document.addEventListener('visibilitychange', onVisibility)
    addEventListener('pagehide', leave)
    addEventListener('pageshow', comeBack)
  }

  return {
    track(name, properties, { units = defaults, at = Date.now() } = {}) {
      const tags = [...active.values()].filter(({ unitType, unit }) => units[unitType] === unit)
      const experiments = Object.fromEntries(tags.map(({ experiment, variant }) => [experiment, variant]))
      const event = { type: 'event', id: uuidv7(at), name, units, at, properties, experiments }
      if (Object.keys(units).length === 0) drop('nobody it could belong to: pass `units` or `snapshot` to `createTracker`', event)
      else add(event)
    },
    expose({ experiment, run, unitType, unit, variant, program = snapshot?.program, at = Date.now() }) {
      const identity = JSON.stringify([experiment, run, unitType, unit, variant])
      if (seen.has(identity)) return
      if (seen.size >= MAX_SEEN) seen.clear()
      seen.add(identity)
      active.set(experiment, { experiment, run, unitType, unit, variant })
      add({ type: 'exposure', experiment, run, unitType, unit, variant, at, ...(program ? { program } : {}) } as { type: string })
    },
    flush: drain,
    async close() {
      closed = true
      if (listening) {
        document.removeEventListener('visibilitychange', onVisibility)
        removeEventListener('pagehide', leave)
        removeEventListener('pageshow', comeBack)
      }
      await drain()
      clearTimeout(timer)
    },
  }
}

function parse(item: Item | undefined): unknown {
  return item === undefined ? undefined : JSON.parse(item.json)
}

function warn(error: TrackError): void {
  console.warn(`isoflag: ${error.message}`)
}
