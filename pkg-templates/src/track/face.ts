// What a tracker is to those who use it: its options, its methods, and the events it knows. Types alone.

import type { Exposure, Fetch, Json, Snapshot } from '../types.ts'
import type { TrackerStats } from './drops.ts'
import type { TrackError } from './error.ts'
import type { Consent } from './gate.ts'

export type Units = Readonly<Record<string, string>>

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
  /**
   * On Workers and edge functions: `promise => ctx.waitUntil(promise)`. Events are then sent after the response, without a timer,
   * and for 15 seconds again when the worker is away.
   */
  readonly waitUntil?: (promise: Promise<unknown>) => void
  readonly fetch?: Fetch
  /** Hears of everything that does not arrive. Default: `console.warn`. */
  readonly onError?: (error: TrackError) => void
}

/** Who asks, on a server, where each event has its own. */
export interface Asker {
  /** Crawlers that say so count as `bots` says. */
  readonly userAgent?: string | undefined
  /** `denied` drops the event, whatever the tracker may do for others. */
  readonly consent?: Consent | undefined
}

/** For servers, where each event has its own visitor, time and experiments. */
export interface About extends Asker {
  readonly units?: Units
  readonly at?: number
  /** Experiment → variant; by default what the snapshot and earlier exposures say of these units. */
  readonly experiments?: Readonly<Record<string, string>>
}

export interface Within {
  /** Tries again for so long while the worker is away or busy, with the usual pauses. */
  readonly withinSeconds?: number
}

export interface Tracker {
  /** Records that something happened. Names of `Events` have their properties checked. */
  track<const Name extends string>(name: Name, ...about: [...properties: PropertiesArgument<Name>, about?: About]): void
  /**
   * Records that a variant was shown; the same run, unit and variant again is ignored. In a page the events after it carry its unit
   * as well.
   */
  expose(exposure: Exposure & Asker & { readonly at?: number }): void
  /**
   * Says that two units are one: `alias({ visitorId }, { userId })` when somebody signs in. Events that know only the user then
   * count for the user's first device.
   */
  alias(unit: Units, to: Units): void
  /** Says whether the visitor agreed. `denied` also forgets what waits on this device. */
  setConsent(consent: Consent): void
  /** What arrived, what waits, and what was dropped, by why. */
  stats(): TrackerStats
  /**
   * Sends what is waiting; settles when it has arrived or an attempt has failed, and at once while a pause after a failure lasts.
   * With `withinSeconds` it waits for pauses and settles in that time. Never rejects.
   */
  flush(within?: Within): Promise<void>
  /**
   * A last flush, then nothing more is taken. A server tries for 5 seconds by default, and then breaks off. What could be neither
   * sent nor kept on this device is lost, and told.
   */
  close(within?: Within): Promise<void>
}
