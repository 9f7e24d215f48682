// The sender: what is waiting, when it goes, and what became of it. It knows nothing of pages; a host that has them tells it
// when they leave and come back.

import { bodyOf, cut, type Item } from './batch.ts'
import { type Outcome, post, type Rejected, type Route } from './send.ts'

export interface SenderOptions {
  readonly route: Route
  readonly fetch: () => typeof globalThis.fetch
  readonly flushAt: number
  readonly flushMs: number
  readonly timeoutMs: number
  readonly retryMs: number
  /** Whether there is any use in trying. */
  readonly online: () => boolean
  /** Keeps a request alive that outlasts the response it was caused by. */
  readonly waitUntil: ((promise: Promise<unknown>) => void) | undefined
  /** What every batch says beside its events. */
  readonly about: () => string
  readonly arrived: (items: readonly Item[], rejected: readonly Rejected[]) => void
  readonly refused: (items: readonly Item[], why: string) => void
  /** Told once per outage. */
  readonly unreachable: (why: string) => void
}

const MAX_WAIT = 60_000

export class Sender {
  readonly #options: SenderOptions
  #pending: Item[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #underway: Promise<void> | undefined
  #failures = 0

  constructor(options: SenderOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#pending.length
  }

  add(item: Item): void {
    this.#pending.push(item)
    // While the worker is away only its waiting time counts.
    if (this.#failures > 0 || this.#underway !== undefined) return
    const { flushAt, flushMs, waitUntil } = this.#options
    if (this.#pending.length >= flushAt) this.#outlive(this.drain())
    else if (this.#timer === undefined) {
      if (waitUntil === undefined) this.#timer = setTimeout(() => void this.drain(), flushMs)
      // Where a request is all the time there is, it must not be outlived by a timer.
      else waitUntil(Promise.resolve().then(() => this.drain()))
    }
  }

  /** Puts earlier events in front, without a timer of their own: they go with the next batch. */
  restore(items: readonly Item[]): void {
    this.#pending = [...items, ...this.#pending]
  }

  drain(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#underway ??= this.#sendAll().finally(() => {
      this.#underway = undefined
    })
    return this.#underway
  }

  /** Sends nothing of what is waiting. */
  forget(): void {
    this.stop()
    this.#pending = []
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Tries again at once: the network is back. */
  retry(): void {
    if (this.#failures > 0 && this.#pending.length > 0) void this.drain()
  }

  /**
   * The page may be going away for good: everything without an answer goes out, also what a fetch has under way, for that may
   * be cut off. It stays in the queue: a beacon has no answer, and if the page comes back it is sent once more.
   */
  leave(): void {
    const { route, fetch, timeoutMs, about } = this.#options
    let rest = this.#pending.filter(item => !item.beaconed)
    while (rest.length > 0) {
      const batch = cut(rest)
      rest = rest.slice(batch.length)
      for (const item of batch) item.beaconed = true
      const body = bodyOf(batch, about())
      // False: the 64 KiB that all beacons share are used up. What a keepalive cannot carry either waits in the log.
      if (route.beacon && navigator.sendBeacon?.(route.url, body)) continue
      void post(fetch(), route, body, timeoutMs, true).then(outcome => {
        // A failure is the next attempt's to count.
        if (outcome.kind !== 'retry') this.#settle(batch, outcome)
      })
    }
  }

  comeBack(): void {
    for (const item of this.#pending) item.beaconed = false
    if (this.#pending.length > 0) void this.drain()
  }

  #outlive(sending: Promise<void>): void {
    this.#options.waitUntil?.(sending)
  }

  async #sendAll(): Promise<void> {
    const { route, fetch, timeoutMs, retryMs, online, about } = this.#options
    while (this.#pending.length > 0) {
      const batch = cut(this.#pending)
      const outcome: Outcome = online()
        ? await post(fetch(), route, bodyOf(batch, about()), timeoutMs, false)
        : { kind: 'retry', why: 'this device is offline', afterMs: 0 }
      if (this.#settle(batch, outcome)) continue
      const wait = Math.min(retryMs * 2 ** (this.#failures - 1), MAX_WAIT) * (0.5 + Math.random() / 2)
      this.#timer = setTimeout(() => void this.drain(), Math.max(wait, outcome.kind === 'retry' ? outcome.afterMs : 0))
      // Waiting for a worker that is away must not keep a Node process alive.
      ;(this.#timer as unknown as { unref?: () => void }).unref?.()
      return
    }
  }

  /** Whether the batch is done with, one way or the other. */
  #settle(batch: readonly Item[], outcome: Outcome): boolean {
    if (outcome.kind === 'retry') {
      if (this.#failures++ === 0) this.#options.unreachable(outcome.why)
      return false
    }
    this.#failures = 0
    // By identity: what was tracked, or sent by another way, during the flight is not touched.
    const done = new Set(batch)
    this.#pending = this.#pending.filter(item => !done.has(item))
    if (outcome.kind === 'refused') this.#options.refused(batch, outcome.why)
    else this.#options.arrived(batch, outcome.rejected)
    return true
  }
}
