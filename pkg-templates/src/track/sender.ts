// The sender: what is waiting, when it goes, and what became of it. It knows nothing of pages; a host that has them tells it
// when they leave and come back.

import { bodyOf, cut, type Item, MAX_BYTES } from './batch.ts'
import { NO_PATIENCE, type Patience } from './patience.ts'
import { type Outcome, post, type Rejected, type Route } from './send.ts'
import type { Fetch } from '../types.ts'
import { within } from './within.ts'

export interface SenderOptions {
  readonly route: Route
  readonly fetch: () => Fetch
  readonly flushAt: number
  readonly flushMs: number
  readonly timeoutMs: number
  readonly retryMs: number
  /** Whether there is any use in trying. */
  readonly online: () => boolean
  /** Keeps a request alive that outlasts the response it was caused by. */
  readonly waitUntil: ((promise: Promise<unknown>) => void) | undefined
  /** What the pages of this device were told to wait for, and how it is said to them. */
  readonly patience: { kept(): Patience; keep(patience: Patience): void }
  /** Called when a pause is over and nothing waits here: something may wait elsewhere. */
  readonly idle: () => void
  /** What every batch says beside its events. */
  readonly about: () => string
  readonly arrived: (items: readonly Item[], rejected: readonly (Rejected & { readonly item: Item })[]) => void
  readonly refused: (items: readonly Item[], why: string) => void
  /** Told once per outage. */
  readonly unreachable: (why: string) => void
}

const MAX_WAIT = 60_000
/** A host that ends with its response gives half a minute more; the last attempt needs its own time of that. */
const LASTING_MS = 15_000
/** Below this a beacon is not halved again: there is no room. */
const SMALL_BYTES = 2_000
/** What a request gets beyond its time before nobody believes in it any more. */
const GRACE_MS = 1_000

export class Sender {
  readonly #options: SenderOptions
  #pending: Item[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #underway: Promise<void> = Promise.resolve()
  /** Counts the rounds; what an earlier one has yet to say moves nothing but its own events. */
  #round = 0
  /** Until when a round is believed in. A time and not a promise: where requests are broken off, promises never settle. */
  #busyUntil = 0
  #ending = new AbortController()
  #failures = 0
  /** Whether anybody heard of this outage. */
  #told = false
  /** When the pause after a failure ends. */
  #nextTry = 0
  /** The part of it the worker asked for. */
  #notBefore = 0
  /** Until when somebody is at it in `waitUntil`, a time as well. */
  #lastingUntil = 0

  constructor(options: SenderOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#pending.length
  }

  add(item: Item): void {
    this.#pending.push(item)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#busy) return
    const { flushAt, flushMs, waitUntil } = this.#options
    if (waitUntil !== undefined) {
      // Where a request is all the time there is, it must not be outlived by a timer.
      if (Date.now() < this.#lastingUntil) return
      this.#lastingUntil = Date.now() + LASTING_MS
      const sending = Promise.resolve().then(() => this.drainWithin(LASTING_MS))
      waitUntil(sending.finally(() => {
        this.#lastingUntil = 0
        if (this.#pending.length > 0 && this.#failures === 0) this.#schedule()
      }))
      return
    }
    // While the worker is away only its waiting time counts.
    if (this.#failures === 0 && this.#pending.length >= flushAt) void this.drain()
    else this.#timer ??= setTimeout(() => this.#due(), flushMs)
  }

  /** Puts earlier events in front, without a timer of their own: they go with the next batch. */
  restore(items: readonly Item[]): void {
    this.#pending = [...items, ...this.#pending]
  }

  get #busy(): boolean {
    return Date.now() < this.#busyUntil
  }

  /** Whether a pause after a failure lasts, this page's own or one that another page of this device was asked for. */
  paused(): boolean {
    const now = Date.now()
    if (now < this.#nextTry) return true
    const { until, failures } = this.#options.patience.kept()
    if (now >= until) return false
    this.#failures = Math.max(this.#failures, failures)
    this.#wait(until - now, until)
    return true
  }

  /** Sends until nothing waits or an attempt fails; nothing while a pause lasts. */
  drain(): Promise<void> {
    if (this.#busy) return this.#underway
    if (this.paused()) return Promise.resolve()
    this.#stop()
    const round = ++this.#round
    this.#underway = this.#sendAll(round).finally(() => {
      if (round !== this.#round) return
      this.#busyUntil = 0
      // Tracked after the last look at the queue, while this was still under way.
      if (this.#pending.length > 0 && this.#timer === undefined) this.#schedule()
    })
    return this.#underway
  }

  /** Tries as often as the pauses after failures allow; settles in so long, whatever is under way then. */
  async drainWithin(ms: number): Promise<void> {
    const end = Date.now() + ms
    while (this.#pending.length > 0) {
      const now = Date.now()
      const pause = Math.max(this.#nextTry - now, 0)
      if (now + pause >= end) return
      await (pause > 0 ? new Promise(done => setTimeout(done, pause)) : within(end - now, this.drain()))
    }
  }

  /** Nothing more is sent; what is under way is broken off, for nobody would hear of it. */
  end(): void {
    this.#stop()
    this.#round++
    this.#busyUntil = 0
    this.#ending.abort()
    this.#ending = new AbortController()
  }

  /** Sends nothing of what is waiting. */
  forget(): void {
    this.#pending = []
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Tries again at once, unless the worker asked for patience: the network is back. */
  retry(): void {
    if (this.#failures === 0 || this.#pending.length === 0 || Date.now() < this.#notBefore) return
    this.#nextTry = 0
    void this.drain()
  }

  /**
   * The page may be going away for good: everything without an answer goes out, also what a fetch has under way, for that may
   * be cut off. It stays in the queue: a beacon has no answer, and if the page comes back it is sent once more.
   */
  leave(): void {
    const { route, about } = this.#options
    let rest = this.#pending.filter(item => !item.beaconed)
    let most = route.beacon && typeof navigator.sendBeacon === 'function' ? MAX_BYTES : 0
    while (rest.length > 0) {
      const batch = cut(rest, most || MAX_BYTES)
      if (most > 0 && !navigator.sendBeacon(route.url, bodyOf(batch, about()))) {
        // False: what all beacons and keepalive requests of a page share is used up. Something smaller may still fit.
        most = most > SMALL_BYTES ? most / 2 : 0
        continue
      }
      for (const item of batch) item.beaconed = true
      if (most === 0) this.#keepAlive(batch)
      rest = rest.slice(batch.length)
    }
  }

  comeBack(): void {
    // In a pause it waits, however often the page is hidden and shown: until then each event leaves in one beacon at most.
    if (this.paused()) return
    for (const item of this.#pending) item.beaconed = false
    if (this.#pending.length > 0) void this.drain()
  }

  /** What does not fit either has to wait: in the log for the next visit, and here in case the page only hides and goes later. */
  #keepAlive(batch: readonly Item[]): void {
    const { route, fetch, timeoutMs, about } = this.#options
    void post(fetch(), route, bodyOf(batch, about()), timeoutMs, true).then(outcome => {
      // That nobody answered is the next attempt's to count.
      if (outcome.kind !== 'retry' || outcome.afterMs !== undefined) this.#settle(batch, outcome)
      else for (const item of batch) item.beaconed = false
    })
  }

  async #sendAll(round: number): Promise<void> {
    const { route, fetch, timeoutMs, online, about } = this.#options
    while (round === this.#round && this.#pending.length > 0) {
      const batch = cut(this.#pending)
      this.#busyUntil = Date.now() + timeoutMs + GRACE_MS
      const ending = new AbortController()
      this.#ending = ending
      const outcome: Outcome = online()
        ? await post(fetch(), route, bodyOf(batch, about()), timeoutMs, false, ending)
        : { kind: 'retry', why: 'this device is offline' }
      if (outcome.kind === 'retry' && round !== this.#round) return
      if (!this.#settle(batch, outcome)) return
    }
  }

  /** Whether the batch is done with, one way or the other. */
  #settle(batch: readonly Item[], outcome: Outcome): boolean {
    if (outcome.kind === 'retry') {
      if (!this.#told) this.#options.unreachable(outcome.why)
      this.#told = true
      this.#failures++
      this.#pause(outcome.afterMs)
      return false
    }
    if (this.#failures > 0) this.#options.patience.keep(NO_PATIENCE)
    this.#failures = this.#nextTry = this.#notBefore = 0
    this.#told = false
    // By identity: what was tracked during the flight is not touched. What was answered by another way, or withdrawn, is
    // nobody's news any more.
    const open = batch.filter(item => this.#pending.includes(item))
    const done = new Set(open)
    this.#pending = this.#pending.filter(item => !done.has(item))
    if (outcome.kind === 'refused') {
      if (open.length > 0) this.#options.refused(open, outcome.why)
    } else {
      const rejected = outcome.rejected.flatMap(one => {
        const item = batch[one.index]
        return item !== undefined && done.has(item) ? [{ ...one, item }] : []
      })
      this.#options.arrived(open, rejected)
    }
    return true
  }

  #pause(afterMs: number | undefined): void {
    const backoff = Math.min(this.#options.retryMs * 2 ** (this.#failures - 1), MAX_WAIT) * (0.5 + Math.random() / 2)
    const now = Date.now()
    const asked = afterMs ?? 0
    // On top of what was asked for: all who were told the same must not come back at the same moment.
    this.#wait(asked + backoff, now + asked)
    // Where nobody answered it may have been this page's own line, or its end.
    if (afterMs !== undefined) this.#options.patience.keep({ until: this.#nextTry, failures: this.#failures })
  }

  #wait(ms: number, notBefore: number): void {
    this.#stop()
    this.#nextTry = Date.now() + ms
    this.#notBefore = notBefore
    this.#timer = setTimeout(() => {
      // Clocks and timers disagree by a millisecond.
      this.#nextTry = 0
      this.#due()
    }, ms)
    // Waiting for a worker that is away must not keep a Node process alive.
    ;(this.#timer as unknown as { unref?: () => void }).unref?.()
  }

  #due(): void {
    this.#timer = undefined
    if (this.#pending.length > 0) void this.drain()
    else this.#options.idle()
  }
}
