// The tracker: gathers events, sends them in batches and keeps them until the worker has said it has them. Everything carries
// an identity of its own, so whatever is in doubt is sent again and counts once.
//
//   track, expose ─▶ gate ─▶ log (this device) ─▶ sender ─▶ worker
//                    consent   written ahead       10 events or 5 s, and whenever the page goes

import { messageOf } from './errors.ts'
import { type Item, makeItem, MAX_BYTES } from './track/batch.ts'
import { type DropReason, Drops, type TrackerStats } from './track/drops.ts'
import { type Consent, consentOf, isBot, prerendering } from './track/gate.ts'
import { uuidv7 } from './track/id.ts'
import { alone, type Log, openLog } from './track/log.ts'
import { watchPage } from './track/page.ts'
import { routeFor } from './track/send.ts'
import { Sender } from './track/sender.ts'
import type { Exposure, Json, Snapshot } from './types.ts'

export type { Exposure, Json, Snapshot } from './types.ts'
export type { Consent, DropReason, TrackerStats }

type Units = Readonly<Record<string, string>>

export type Properties = Readonly<Record<string, Json>>

/**
 * The properties of each known event. Add your own, and `track` checks them:
 *
 * ```ts
 * declare module 'isoflag/track' {
 *   interface Events {
 *     article_read: { readonly seconds: number; readonly topic?: string }
 *   }
 * }
 * ```
 *
 * A name that is not listed takes any properties.
 */
export interface Events {
  page_view: { readonly path?: string; readonly title?: string; readonly referrer?: string; readonly [other: string]: Json | undefined }
  button_click: { readonly button: string; readonly [other: string]: Json | undefined }
  checkout_started: { readonly value?: number; readonly currency?: string; readonly items?: number; readonly [other: string]: Json | undefined }
  checkout_completed: { readonly value?: number; readonly currency?: string; readonly orderId?: string; readonly [other: string]: Json | undefined }
  /** Money that came in, in units of `currency` (ISO 4217), not in cents. */
  revenue: { readonly value: number; readonly currency?: string; readonly [other: string]: Json | undefined }
}

/** The properties an event of this name takes. */
export type PropertiesOf<Name extends string> = Name extends keyof Events ? Events[Name] : Properties

/** `properties` may be left out where none is required. */
export type PropertiesArgument<Name extends string> = {} extends PropertiesOf<Name>
  ? [properties?: PropertiesOf<Name> | undefined]
  : [properties: PropertiesOf<Name>]

export interface TrackerOptions {
  /** Where the worker is, e.g. `https://flags.example.com`. */
  readonly url?: string
  /** A client key in browsers, a server key on servers. */
  readonly key?: string
  /**
   * Instead of both: a path of your own site that passes events on (`forwardEvents` of `isoflag/next`, or a rewrite), e.g.
   * `/api/events`. Nothing but first-party requests is then seen.
   */
  readonly endpoint?: string
  /** Who is doing this, e.g. `{ visitorId: 'v-1' }`. */
  readonly units?: Units | undefined
  /** Brings the units, and the experiments events are tagged with. */
  readonly snapshot?: Snapshot | null | undefined
  /** `granted` by default, `denied` where the browser sends Global Privacy Control and nothing is said here. */
  readonly consent?: Consent
  /** What to do for crawlers that run scripts and say so: `drop` by default. */
  readonly bots?: 'drop' | 'send'
  /** Whether events are kept on this device until they have arrived, so that the next visit can send what a closed page could not. On by default; only browsers have where. */
  readonly persist?: boolean
  /** Events that are sent without waiting: by default 10 in a page, 100 on a server. */
  readonly flushAt?: number
  /** How long an event waits for company, 5 by default. */
  readonly flushSeconds?: number
  /** How long to wait for an answer, 10 by default. */
  readonly timeoutSeconds?: number
  /** The first wait after a failure, 1 by default; it doubles up to a minute, with jitter, and never undercuts Retry-After. */
  readonly retrySeconds?: number
  /** Events kept while the worker cannot be reached, 1000 by default, on a server 10,000. What comes on top is dropped and counted. */
  readonly maxQueue?: number
  /** On Workers and edge functions: `promise => ctx.waitUntil(promise)`. Events are then sent after the response, without a timer. */
  readonly waitUntil?: (promise: Promise<unknown>) => void
  readonly fetch?: typeof globalThis.fetch
  /** Hears of everything that does not arrive. Default: `console.warn`. */
  readonly onError?: (error: TrackError) => void
}

/** For servers, where each event has its own visitor, time and experiments. */
export interface About {
  readonly units?: Units
  readonly at?: number
  /** Experiment → variant; by default what the snapshot and earlier exposures say of these units. */
  readonly experiments?: Readonly<Record<string, string>>
}

export interface Tracker {
  /** Records that something happened. Names of `Events` have their properties checked. */
  track<const Name extends string>(name: Name, ...about: [...PropertiesArgument<Name>, about?: About]): void
  /** Records that a variant was shown; the same run, unit and variant again is ignored. */
  expose(exposure: Exposure & { readonly program?: string; readonly at?: number }): void
  /**
   * Says that two units are one: `alias({ visitorId }, { userId })` when somebody signs in. Events that know only the user then
   * count for the user's first device.
   */
  alias(unit: Units, to: Units): void
  /** Says whether the visitor agreed. `denied` also forgets what waits on this device. */
  setConsent(consent: Consent): void
  /** What arrived, what waits, and what was dropped, by why. */
  stats(): TrackerStats
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

/** A server sees many units: beyond this the memory of sent exposures starts anew, which only costs duplicates. */
const MAX_SEEN = 10_000

/** Makes a tracker. Safe to call while rendering on a server: nothing happens before the first event. */
export function createTracker(options: TrackerOptions): Tracker {
  const inPage = typeof document !== 'undefined'
  const { snapshot, timeoutSeconds = 10, retrySeconds = 1, flushSeconds = 5, onError = warn } = options
  const { flushAt = inPage ? 10 : 100, maxQueue = inPage ? 1000 : 10_000, bots = 'drop', persist = true } = options
  const defaults: Units = { ...snapshot?.units, ...options.units }
  const route = routeFor(options)
  const active = new Map<string, Exposure>()
  for (const { exposure } of Object.values(snapshot?.decisions ?? {})) if (exposure) active.set(exposure.experiment, exposure)
  const seen = new Set<string>()
  const drops = new Drops()
  const told = new Set<DropReason>()
  let arrived = 0
  let name: string | undefined
  let held: Item[] = []
  let consent: Consent = consentOf(options.consent)
  let waitsForVisit = false
  let log: Log | undefined
  let stopWatching: (() => void) | undefined
  let closed = false

  const sender = new Sender({
    route,
    fetch: () => options.fetch ?? fetch,
    flushAt,
    flushMs: flushSeconds * 1000,
    timeoutMs: timeoutSeconds * 1000,
    retryMs: retrySeconds * 1000,
    online: () => globalThis.navigator?.onLine !== false,
    waitUntil: options.waitUntil,
    about: () => drops.report((name ??= uuidv7(Date.now()))),
    arrived(items, rejected) {
      log?.strike(items)
      arrived += items.length - rejected.length
      for (const { index, field, message } of rejected) {
        drops.add('rejected')
        onError(new TrackError('rejected', `an event was rejected: ${field ?? `events[${index}]`}: ${message}`, parse(items[index])))
      }
    },
    refused(items, why) {
      log?.strike(items)
      drops.add('refused', items.length)
      onError(new TrackError('refused', `${items.length} events were refused by \`${route.place}\`: ${why}`))
    },
    unreachable(why) {
      onError(new TrackError('unreachable', `cannot send events to \`${route.place}\`: ${why}; they are kept`))
    },
  })

  function add(event: { readonly type: string }): void {
    if (closed) return drop('closed', 'the tracker is closed', event)
    if (consent === 'denied') return drop('consent', 'the visitor has not agreed', event)
    if (bots === 'drop' && isBot()) return drop('bot', 'this browser says it is a crawler', event)
    if (held.length + sender.waiting >= maxQueue) return drop('queue_full', `${maxQueue} events are waiting already`, event)
    start()
    let item: Item
    try {
      item = makeItem(event, log?.name())
    } catch (error) {
      return drop('not_json', `it is not JSON: ${messageOf(error)}`, event)
    }
    if (item.bytes > MAX_BYTES) return drop('too_large', `it has ${item.bytes} bytes, ${MAX_BYTES} are allowed`, event)
    if (consent === 'pending' || waitsForVisit) held.push(item)
    else send(item)
  }

  function send(item: Item): void {
    log?.write(item)
    sender.add(item)
  }

  /** At the first event: listens to the page, opens the log, and fetches what earlier pages left in it. */
  function start(): void {
    if (stopWatching !== undefined) return
    waitsForVisit = prerendering(() => {
      waitsForVisit = false
      release()
    })
    stopWatching = watchPage({ leave: () => sender.leave(), comeBack: () => sender.comeBack(), online: () => sender.retry() })
    if (persist && inPage) log = openLog(route.place, uuidv7(Date.now()).slice(-12))
    if (consent === 'granted' && !waitsForVisit) restore()
  }

  function restore(): void {
    const from = log
    if (from === undefined) return
    const work = alone(route.place, async () => {
      const { items, expired } = await from.left(maxQueue)
      if (expired > 0) drops.add('expired', expired)
      if (items.length === 0 || closed || consent !== 'granted') return
      sender.restore(items)
      await sender.drain()
    })
    // A device that forbids its storage keeps no log; what is tracked now is sent all the same.
    work.catch(() => undefined)
  }

  /** Sends what waited for consent or for the visit to begin. */
  function release(): void {
    if (consent !== 'granted' || waitsForVisit) return
    const items = held
    held = []
    for (const item of items) send(item)
    if (stopWatching !== undefined) restore()
  }

  // The first of a kind in full; after that the count in `stats` speaks, for a queue that is full drops many.
  function drop(reason: DropReason, why: string, event: unknown): void {
    drops.add(reason)
    const expected = reason === 'consent' || reason === 'bot' || (reason === 'queue_full' && told.has(reason))
    told.add(reason)
    if (!expected) onError(new TrackError('dropped', `an event was dropped: ${why}`, event))
  }

  function tagsFor(units: Units): Record<string, string> {
    const tags = [...active.values()].filter(({ unitType, unit }) => units[unitType] === unit)
    return Object.fromEntries(tags.map(({ experiment, variant }) => [experiment, variant]))
  }

  function track(name: string, properties?: Properties, about: About = {}): void {
    const { units = defaults, at = Date.now(), experiments = tagsFor(units) } = about
    const event = { type: 'event', id: uuidv7(at), name, units, at, properties, experiments }
    if (Object.keys(units).length > 0) add(event)
    else drop('nobody', 'nobody it could belong to: pass `units` or `snapshot` to `createTracker`', event)
  }

  return {
    // The types of a name's properties are for callers; here all are JSON.
    track: track as Tracker['track'],
    expose({ experiment, run, unitType, unit, variant, attestation, program = snapshot?.program, at = Date.now() }) {
      const identity = JSON.stringify([experiment, run, unitType, unit, variant])
      if (seen.has(identity)) return
      if (seen.size >= MAX_SEEN) seen.clear()
      seen.add(identity)
      active.set(experiment, { experiment, run, unitType, unit, variant })
      add({ type: 'exposure', experiment, run, unitType, unit, variant, at, ...(program && { program }), ...(attestation && { attestation }) } as { type: string })
    },
    alias(from, to) {
      const at = Date.now()
      for (const [unitType, unit] of Object.entries(from))
        for (const [toType, id] of Object.entries(to)) add({ type: 'alias', unitType, unit, toType, to: id, at } as { type: string })
    },
    setConsent(given) {
      consent = given
      if (given === 'denied') {
        if (held.length + sender.waiting > 0) drops.add('consent', held.length + sender.waiting)
        held = []
        sender.forget()
        log?.wipe()
      } else release()
    },
    stats: () => ({ waiting: held.length + sender.waiting, arrived, dropped: drops.counts() }),
    flush: () => sender.drain(),
    async close() {
      closed = true
      stopWatching?.()
      await sender.drain()
      sender.stop()
    },
  }
}

function parse(item: Item | undefined): unknown {
  return item === undefined ? undefined : JSON.parse(item.json)
}

function warn(error: TrackError): void {
  console.warn(`isoflag: ${error.message}`)
}
