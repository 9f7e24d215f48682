// One batch, one answer: whether it arrived, may be tried again, or is refused for good.

import { bearer } from '../bearer.ts'
import { messageOf } from '../errors.ts'

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
  | { readonly kind: 'retry'; readonly why: string; readonly afterMs: number }
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

export async function post(
  fetch: typeof globalThis.fetch,
  route: Route,
  body: string,
  timeoutMs: number,
  keepalive: boolean,
): Promise<Outcome> {
  let response: Response
  let text: string
  try {
    response = await fetch(route.url, {
      method: 'POST',
      headers: route.headers,
      body,
      signal: AbortSignal.timeout?.(timeoutMs) ?? null,
      // workerd knows no keepalive; it is only asked for on the way out of a page.
      ...(keepalive ? { keepalive } : {}),
    })
    text = await response.text()
  } catch (error) {
    return { kind: 'retry', why: messageOf(error), afterMs: 0 }
  }
  const { status } = response
  if (response.ok) return arrived(text)
  const why = `${status}${detail(text)}`
  if (status >= 500 || status === 429 || status === 408 || status === 425)
    return { kind: 'retry', why, afterMs: retryAfter(response.headers.get('retry-after')) }
  return { kind: 'refused', why }
}

/** Only an isoflag worker's answer counts: a hotel's login page says 200 as well. */
function arrived(text: string): Outcome {
  try {
    const { accepted, rejected } = JSON.parse(text) as { accepted: unknown; rejected: readonly Rejected[] }
    if (typeof accepted === 'number' && Array.isArray(rejected)) return { kind: 'arrived', rejected }
  } catch {
    // Told below.
  }
  return { kind: 'retry', why: 'the answer is not one of an isoflag worker', afterMs: 0 }
}

function detail(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error: { message: string } }
    return `: ${error.message}`
  } catch {
    return ''
  }
}

/** Seconds or a date, as HTTP has it; not more than an hour, whatever it says. */
function retryAfter(header: string | null): number {
  if (header === null) return 0
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000
  return Math.min(Math.max(ms || 0, 0), 3_600_000)
}
