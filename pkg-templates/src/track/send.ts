// One batch, one answer: whether it arrived, may be tried again, or is refused for good.

import { bearer } from '../bearer.ts'
import { messageOf } from '../errors.ts'
import type { Answer, Fetch } from '../types.ts'

export interface Route {
  readonly url: string
  /** The address without the key: for people, and for naming what belongs to it. */
  readonly place: string
  readonly headers: Record<string, string>
  /** A beacon cannot carry a header: only a client key may be written into the address. */
  readonly beacon: boolean
}

export interface Rejected {
  readonly index: number
  readonly field?: string
  readonly code?: string
  readonly message: string
}

export type Outcome =
  | { readonly kind: 'arrived'; readonly rejected: readonly Rejected[] }
  /** `afterMs`: the pause that was asked for, if only of length 0; none where nobody answered. */
  | { readonly kind: 'retry'; readonly why: string; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly why: string }

/** Throws when there is nowhere to send to: a tracker that could never send would lose everything in silence. */
export function routeFor({ url, key, endpoint }: { readonly url?: string; readonly key?: string; readonly endpoint?: string }): Route {
  // text/plain and no header of our own: no CORS preflight, neither for beacons nor for fetch.
  const headers = { 'content-type': 'text/plain' }
  if (endpoint !== undefined) return { url: endpoint, place: endpoint, headers, beacon: true }
  if (url === undefined || key === undefined) throw new TypeError('pass `url` and `key`, or `endpoint`, to `createTracker`')
  const place = url.replace(/\/+$/, '') + '/v1/events'
  return key.startsWith('iso_client_')
    ? { url: `${place}?key=${encodeURIComponent(key)}`, place, headers, beacon: true }
    : { url: place, place, headers: { ...headers, authorization: bearer(key) }, beacon: false }
}

/** What a worker says to a batch it will never take. Any other 4xx is somebody's who stands before it, and passes. */
const FINAL: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

const NOT_OURS = 'the answer is not one of an isoflag worker'

/** Settles in `timeoutMs` even where `fetch` does not heed its signal, and at once when `ending` is aborted. */
export async function post(
  fetch: Fetch,
  route: Route,
  body: string,
  timeoutMs: number,
  keepalive: boolean,
  ending: AbortController = new AbortController(),
): Promise<Outcome> {
  const { signal } = ending
  const late = AbortSignal.timeout?.(timeoutMs)
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    late?.addEventListener('abort', () => ending.abort(late.reason))
  })
  async function ask(): Promise<Outcome> {
    const response = await fetch(route.url, {
      method: 'POST',
      headers: route.headers,
      body,
      signal,
      // workerd knows no keepalive; it is only asked for on the way out of a page.
      ...(keepalive ? { keepalive } : {}),
    })
    return judge(response, await response.text())
  }
  try {
    return await Promise.race([ask(), ended])
  } catch (error) {
    return { kind: 'retry', why: messageOf(error) }
  }
}

/** Only an isoflag worker's answer ends the wait for one: a hotel's login page says 200 as well, and a gateway 403 or 404. */
function judge({ ok, status, headers }: Answer, text: string): Outcome {
  let said: { accepted?: unknown; rejected?: unknown; error?: { code?: unknown; message?: unknown } } = {}
  try {
    said = Object(JSON.parse(text))
  } catch {
    // Not ours.
  }
  const { accepted, rejected, error } = said
  if (ok)
    return typeof accepted === 'number' && Array.isArray(rejected) ? { kind: 'arrived', rejected } : { kind: 'retry', why: NOT_OURS }
  const why = error?.message ? `${status}: ${error.message}` : `${status}`
  if (error?.code && error.code === FINAL[status]) return { kind: 'refused', why }
  return { kind: 'retry', why, afterMs: retryAfter(headers.get('retry-after')) }
}

/** Seconds or a date, as HTTP has it; not more than an hour, whatever it says. */
function retryAfter(header: string | null): number {
  if (header === null) return 0
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000
  return Math.min(Math.max(ms || 0, 0), 3_600_000)
}
