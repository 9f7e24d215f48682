// The tracker: gathers events, sends them in batches and keeps them until the worker has said it has them. Everything carries
// an identity of its own, so whatever is in doubt is sent again and counts once.
//
//   track, expose ─▶ gate ─▶ log (this device) ─▶ sender ─▶ worker
//                    consent   written ahead       10 events or 5 s, and whenever the page goes

import { messageOf } from './errors.ts'
import { type Item, makeItem, MAX_BYTES } from './track/batch.ts'
import { type DropReason, Drops } from './track/drops.ts'
import { events, TrackError } from './track/error.ts'
import type { About, Asker, Properties, Tracker, TrackerOptions, Units } from './track/face.ts'
import { type Consent, consentOf, isBot, prerendering } from './track/gate.ts'
import { uuidv7 } from './track/id.ts'
import { type Log, openLog } from './track/log.ts'
import { watchPage } from './track/page.ts'
import { NO_PATIENCE } from './track/patience.ts'
import { routeFor } from './track/send.ts'
import { Sender } from './track/sender.ts'
import { within } from './track/within.ts'
import type { Exposure } from './types.ts'

export type { Exposure, Json, Snapshot } from './types.ts'
export type { DropReason, TrackerStats } from './track/drops.ts'
export { TrackError, type TrackErrorCode } from './track/error.ts'
// By star, not by name: `Events` could not be added to from outside.
export type * from './track/face.ts'
export type { Consent } from './track/gate.ts'

/** What events are tagged with. */
type Shown = Pick<Exposure, 'experiment' | 'unitType' | 'unit' | 'variant'>

/** A server sees many units: beyond this the memory of sent exposures starts anew, which only costs duplicates. */
const MAX_SEEN = 10_000

/** The most experiments the worker takes on one event. Of more, those shown last are named: an event must not fail by its tags. */
const MAX_TAGS = 64

/** Events of earlier pages taken up at once. The rest follows when these have arrived: a backlog must not crowd out what happens now. */
const PORTION = 200

/** How long closing waits for the disk, where nobody said how long it may take. */
const DISK_MS = 1_000

/** Makes a tracker. Safe to call while rendering on a server: nothing happens before the first event. */
export function createTracker(options: TrackerOptions): Tracker {
  const inPage = typeof document !== 'undefined'
  const { snapshot, timeoutSeconds = 10, retrySeconds = 1, flushSeconds = 5, onError = warn } = options
  const { flushAt = inPage ? 10 : 100, maxQueue = inPage ? 1000 : 10_000, bots = 'drop', persist = true } = options
  let defaults: Units = { ...snapshot?.units, ...options.units }
  const route = routeFor(options)
  const active = new Map<string, Shown>()
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
  let backlog = false

  const sender = new Sender({
    route,
    fetch: () => options.fetch ?? fetch,
    flushAt,
    flushMs: flushSeconds * 1000,
    timeoutMs: timeoutSeconds * 1000,
    retryMs: retrySeconds * 1000,
    online: () => globalThis.navigator?.onLine !== false,
    waitUntil: options.waitUntil,
    patience: {
      kept: () => log?.patience() ?? NO_PATIENCE,
      // What was withdrawn while it was on its way leaves no note behind.
      keep: patience => (consent === 'granted' ? log?.bePatient(patience) : undefined),
    },
    idle: () => void restore(),
    about: () => drops.report((name ??= uuidv7(Date.now()))),
    arrived(items, rejected) {
      log?.strike(items)
      arrived += items.length - rejected.length
      if (backlog && sender.waiting === 0) void restore()
      for (const { index, item, field, message } of rejected) {
        drops.add('rejected')
        onError(new TrackError('rejected', `an event was rejected: ${field ?? `events[${index}]`}: ${message}`, JSON.parse(item.json)))
      }
    },
    refused(items, why) {
      log?.strike(items)
      drops.add('refused', items.length)
      onError(new TrackError('refused', `${events(items.length)} refused by \`${route.place}\`: ${why}`))
    },
    unreachable(why) {
      onError(new TrackError('unreachable', `cannot send events to \`${route.place}\`: ${why}; they are kept`))
    },
  })

  // What an earlier page left is withdrawn with this one's.
  if (consent === 'denied') forgetDevice()

  /** Whether the event was taken. */
  function add(event: { readonly type: string }, asker: Asker = {}): boolean {
    if (closed) return drop('closed', 'the tracker is closed', event)
    if (consent === 'denied' || asker.consent === 'denied') return drop('consent', 'the visitor has not agreed', event)
    if (bots === 'drop' && isBot(asker.userAgent)) return drop('bot', 'this browser says it is a crawler', event)
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
    return true
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
    const hide = (): void => (sender.leave(), void log?.hide())
    const show = (): void => sender.comeBack()
    const leave = (): void => (leaveUndecided(), hide(), log?.leave())
    const comeBack = (): void => (drops.set('undecided', 0), log?.comeBack(), show())
    stopWatching = watchPage({ hide, show, leave, comeBack, online: () => sender.retry() })
    openDevice()
    if (consent === 'granted' && !waitsForVisit) void restore()
  }

  function openDevice(): Log | undefined {
    return (log ??= persist && inPage ? openLog(route.place, uuidv7(Date.now()), () => void restore()) : undefined)
  }

  async function restore(): Promise<void> {
    if (log === undefined || closed || consent !== 'granted') return
    // In a pause it stays where it is, or every page of a visit would take it up and let it go in a beacon.
    backlog = sender.paused()
    if (backlog) return
    const { items, expired, more } = await log.inherit(Math.min(PORTION, Math.ceil(maxQueue / 2)))
    backlog = more
    if (expired > 0) drops.add('expired', expired)
    // Asked again: a visitor may have changed their mind meanwhile, and what was read is forgotten with the rest.
    if (items.length === 0 || (consent as Consent) !== 'granted') return
    sender.restore(items)
    await sender.drain()
  }

  /**
   * Without consent neither disk nor network may have what is held: it ends with the page. If that comes back after all, so do
   * the events.
   */
  function leaveUndecided(): void {
    if (held.length === 0 || consent !== 'pending' || waitsForVisit) return
    drops.set('undecided', held.length)
    onError(new TrackError('dropped', `${events(held.length)} dropped: the page was left before the visitor had agreed or not`))
  }

  function forgetDevice(): void {
    openDevice()?.wipe()
  }

  /** Sends what waited for consent or for the visit to begin. */
  function release(): void {
    if (consent !== 'granted' || waitsForVisit) return
    const items = held
    held = []
    for (const item of items) send(item)
    if (stopWatching !== undefined) void restore()
  }

  // The first of a kind in full; after that the count in `stats` speaks, for a queue that is full drops many.
  function drop(reason: DropReason, why: string, event: unknown): false {
    drops.add(reason)
    const expected = reason === 'consent' || reason === 'bot' || (reason === 'queue_full' && told.has(reason))
    told.add(reason)
    if (!expected) onError(new TrackError('dropped', `an event was dropped: ${why}`, event))
    return false
  }

  function tagsFor(units: Units): Record<string, string> {
    const tags = [...active.values()].filter(({ unitType, unit }) => units[unitType] === unit)
    return Object.fromEntries(tags.slice(-MAX_TAGS).map(({ experiment, variant }) => [experiment, variant]))
  }

  function track(name: string, properties?: Properties, about: About = {}): void {
    const { units = defaults, at = Date.now(), experiments = tagsFor(units) } = about
    const event = { type: 'event', id: uuidv7(at), name, units, at, properties, experiments }
    if (Object.keys(units).length > 0) add(event, about)
    else drop('nobody', 'nobody it could belong to: pass `units` or `snapshot` to `createTracker`', event)
  }

  return {
    // The types of a name's properties are for callers; here all are JSON.
    track: track as Tracker['track'],
    expose({ experiment, run, unitType, unit, variant, attestation, program, userAgent, consent, at = Date.now() }) {
      const identity = JSON.stringify([experiment, run, unitType, unit, variant])
      if (seen.has(identity)) return
      const event = { type: 'exposure', experiment, run, unitType, unit, variant, at, ...(program && { program }), ...(attestation && { attestation }) }
      // One that was not taken may come again: the visitor may agree yet, the queue may empty.
      if (!add(event, { userAgent, consent })) return
      if (seen.size >= MAX_SEEN) seen.clear()
      seen.add(identity)
      // At the end: the experiments shown last are the last.
      active.delete(experiment)
      active.set(experiment, { experiment, unitType, unit, variant })
      // A page has one visitor. Who is shown something as a user, having signed in, goes on as that user.
      if (inPage) defaults = { ...defaults, [unitType]: unit }
    },
    alias(from, to) {
      const at = Date.now()
      for (const [unitType, unit] of Object.entries(from))
        for (const [toType, id] of Object.entries(to)) add({ type: 'alias', unitType, unit, toType, to: id, at } as { type: string })
    },
    setConsent(given) {
      // Consent tools repeat themselves.
      if (given === consent && given !== 'denied') return
      consent = given
      if (given === 'granted') return release()
      if (given === 'pending') return
      if (held.length + sender.waiting > 0) drops.add('consent', held.length + sender.waiting)
      held = []
      seen.clear()
      sender.forget()
      forgetDevice()
    },
    stats: () => ({ waiting: held.length + sender.waiting, arrived, dropped: drops.counts() }),
    async flush({ withinSeconds = 0 } = {}) {
      await (withinSeconds > 0 ? sender.drainWithin(withinSeconds * 1000) : sender.drain())
    },
    async close({ withinSeconds = inPage ? 0 : 5 } = {}) {
      closed = true
      stopWatching?.()
      const end = Date.now() + withinSeconds * 1000
      // Without a time of its own it is one round, and that is over when a request would be.
      await (withinSeconds > 0 ? sender.drainWithin(withinSeconds * 1000) : within(timeoutSeconds * 1000, sender.drain()))
      sender.end()
      // What is in the log waits for the next visit.
      const unsent = log === undefined ? sender.waiting : await log.close(withinSeconds > 0 ? end - Date.now() : DISK_MS)
      const lost = held.length + unsent
      if (lost === 0) return
      held = []
      sender.forget()
      drops.add('closed', lost)
      onError(new TrackError('dropped', `${events(lost)} dropped: not sent yet when the tracker was closed`))
    },
  }
}

function warn(error: TrackError): void {
  console.warn(`isoflag: ${error.message}`)
}
