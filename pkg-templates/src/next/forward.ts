// Events through the site's own path: what blockers see is a request to the page's own server, like any other.

import { bearer } from '../bearer.ts'
import { endpointOf } from '../endpoint.ts'
import { messageOf } from '../errors.ts'
import type { Fetch } from '../types.ts'

/** More than a tracker sends at once; the worker has limits of its own. */
const LONGEST = 512 * 1024

/** What the worker is told about the visitor's request. Cookies and authorization stay here. */
const PASSED_ON = ['content-type', 'content-encoding', 'user-agent', 'origin', 'accept-language']
const PASSED_BACK = ['content-type', 'retry-after', 'cache-control']

export interface ForwardOptions {
  /** Where the worker is. */
  readonly url: string
  /** The *client* key: what a browser sends may not do what a server may. */
  readonly key: string
  /** How long to wait for the worker, 10 by default. */
  readonly timeoutSeconds?: number
  readonly fetch?: Fetch
  /** Hears of a worker that is away or refuses, once for as long as it is the same. Default: `console.warn`. */
  readonly onError?: (error: Error) => void
}

/**
 * A route handler that passes events on to the worker: `export const POST = forwardEvents({ url, key })` in
 * `app/api/events/route.ts`, and `createTracker({ endpoint: '/api/events' })`. Answers what the worker answers; when it cannot
 * be reached, 503 with `Retry-After`, so that the tracker keeps the events.
 */
export function forwardEvents(options: ForwardOptions): (request: Request) => Promise<Response> {
  const { url, key, onError = (error: Error) => console.warn(`isoflag: ${error.message}`) } = options
  // Unset is no wrong key: apps are built where there is none. The first events say it.
  if (key && !key.startsWith('iso_client_')) throw new TypeError('`forwardEvents` takes a client key: visitors decide what it sends')
  let told = ''

  function tell(problem: string): void {
    if (problem !== '' && problem !== told) onError(new Error(`cannot pass events on: ${problem}`))
    told = problem
  }

  return async request => {
    const body = await readBody(request)
    if (body === undefined) return refuse(413, 'payload_too_large', `more than ${LONGEST} bytes; send smaller batches`)
    const headers = new Headers()
    for (const name of PASSED_ON) {
      const value = request.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    // A beacon from an old browser may say its page and not its origin. The page stays here.
    const page = headers.has('origin') ? null : request.headers.get('referer')
    if (page !== null && URL.canParse(page)) headers.set('referer', new URL(page).origin)
    try {
      const endpoint = endpointOf(url, '/v1/events')
      if (!key) throw new TypeError('`key` is missing: pass an `iso_client_…` key')
      headers.set('authorization', bearer(key))
      const signal = AbortSignal.timeout((options.timeoutSeconds ?? 10) * 1000)
      const answer = await ((options.fetch ?? fetch) as Fetch)(endpoint, { method: 'POST', headers, body, signal })
      const { status } = answer
      tell([401, 403, 404].includes(status) || status >= 500 ? `\`${endpoint}\` answered ${status}` : '')
      const back = new Headers()
      for (const name of PASSED_BACK) {
        const value = answer.headers.get(name)
        if (value !== null) back.set(name, value)
      }
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers: back })
    } catch (error) {
      tell(messageOf(error))
      return refuse(503, 'unavailable', 'the events could not be passed on; send them again', { 'retry-after': '5' })
    }
  }
}

/** The body, unless it is longer than allowed; what is too long is not read to its end. */
async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > LONGEST) return undefined
  const parts: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    length += value.length
    if (length > LONGEST) {
      await reader?.cancel()
      return undefined
    }
    parts.push(value)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}

function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { code, message } }, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
