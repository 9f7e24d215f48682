// Fetches the program and keeps it fresh. Whatever happens to the worker, the last good program stays in use.

import { bearer } from './bearer.ts'
import { endpointOf } from './endpoint.ts'
import { ClientError, messageOf } from './errors.ts'
import { loadProgram, prepare } from './program.ts'
import type { Answer, Fetch, Program } from './types.ts'

export interface ClientOptions {
  /** Where the worker is, e.g. `https://flags.example.com`. */
  readonly url: string
  /** Any key of the environment: `iso_client_…`, `iso_server_…`. */
  readonly key: string
  /** A program older than this is refreshed in the background, 5 by default. After a failure this long nothing is tried. */
  readonly refreshSeconds?: number
  /** How long to wait for an answer, 3 by default. */
  readonly timeoutSeconds?: number
  readonly fetch?: Fetch
  /** Hears of failed background refreshes; the last good program stays. Default: `console.warn`. */
  readonly onError?: (error: Error) => void
}

/** Whatever can be asked to outlive the response. */
export interface Host {
  waitUntil(promise: Promise<unknown>): void
}

export interface Client {
  /**
   * The program: at once when there is one, else when it has arrived. Rejects with `ClientError` or `ProgramError`, with a
   * `TypeError` where `url` or `key` is unset or cannot be used.
   * `host` keeps a background refresh alive after the response: the `ctx` of a Worker, the event of Next's proxy.
   */
  ready(host?: Host): Promise<Program>
  /** The program as it is now, if there is one. */
  program(): Program | undefined
  /** Asks the worker now. Rejects when that fails; the last good program stays. */
  refresh(): Promise<void>
  /** Stops refreshing. Programs handed out stay usable. */
  close(): void
}

/** Makes a client; nothing is fetched before it is asked for. */
export function createClient(options: ClientOptions): Client {
  const { refreshSeconds = 5, timeoutSeconds = 3, onError = warn } = options
  const patience = timeoutSeconds * 1000
  let endpoint = ''
  let program: Program | undefined
  let etag: string | undefined
  let lastAsked = -Infinity
  let lastFailure: { at: number; error: Error } | undefined
  let closed = false
  let underway: { since: number; done: Promise<void> } | undefined

  async function ask(): Promise<void> {
    // Looked at here and not when the client is made: apps are built, and modules loaded, where neither is set.
    const { url, key } = options
    endpoint = endpointOf(url, '/v1/program')
    if (!key?.trim()) throw new TypeError('`key` is missing: pass an `iso_server_…` or `iso_client_…` key')
    const headers: Record<string, string> = { authorization: bearer(key) }
    if (etag !== undefined) headers['if-none-match'] = etag
    let response: Answer
    let bytes: Uint8Array
    try {
      const fetch: Fetch = options.fetch ?? globalThis.fetch
      response = await fetch(endpoint, { headers, ...REVALIDATE, signal: AbortSignal.timeout(patience) })
      if (response.status === 304) return
      bytes = new Uint8Array(await response.arrayBuffer())
    } catch (cause) {
      throw new ClientError(null, `cannot reach \`${endpoint}\`: ${reasonOf(cause, timeoutSeconds)}`, cause)
    }
    // Whatever else is there, a page for people above all, begins otherwise.
    if (!response.ok || bytes[0] !== FIRST_BYTE) throw new ClientError(response.status, `\`${endpoint}\` answered ${response.status}: ${hint(response.status, bytes)}`)
    const tag = response.headers.get('etag') ?? undefined
    if (program !== undefined && tag !== undefined && tag === etag) return
    await prepare(bytes)
    program = loadProgram(bytes)
    etag = tag
  }

  function refresh(): Promise<void> {
    const now = Date.now()
    // On workerd a fetch dies with the request that made it and its promise never settles: after its time it is forgotten.
    if (underway !== undefined && now - underway.since < patience) return underway.done
    lastAsked = now
    const done = ask().then(
      () => {
        lastFailure = undefined
      },
      (error: Error) => {
        lastFailure = { at: Date.now(), error }
        throw error
      },
    )
    const mine = { since: now, done }
    underway = mine
    const over = (): void => {
      if (underway === mine) underway = undefined
    }
    done.then(over, over)
    return done
  }

  async function first(): Promise<Program> {
    // Down is down: while the failure is young every caller is told at once instead of waiting for its own timeout.
    if (lastFailure !== undefined && Date.now() - lastFailure.at < refreshSeconds * 1000) throw lastFailure.error
    // A little longer than the fetch's own limit: this only speaks for a fetch that died with another request.
    let timer: ReturnType<typeof setTimeout> | undefined
    const silence = new Promise<void>(resolve => {
      timer = setTimeout(resolve, patience + 250)
    })
    await Promise.race([refresh(), silence]).finally(() => clearTimeout(timer))
    if (program === undefined) throw new ClientError(null, `cannot reach \`${endpoint}\`: no answer in ${timeoutSeconds} s`)
    return program
  }

  return {
    async ready(host) {
      if (program === undefined) {
        if (closed) throw new ClientError(null, 'the client is closed')
        return first()
      }
      if (!closed && Date.now() - lastAsked >= refreshSeconds * 1000) {
        const refreshed = refresh().catch(onError)
        host?.waitUntil(refreshed)
      }
      return program
    },
    program: () => program,
    refresh: () => (closed ? Promise.reject(new ClientError(null, 'the client is closed')) : refresh()),
    close() {
      closed = true
    },
  }
}

/** A program begins with `isof`. */
const FIRST_BYTE = 0x69

// Neither Next's data cache nor the browser's may answer for the worker. workerd has no such cache and, at older
// compatibility dates, throws at the sight of the option.
const REVALIDATE: RequestInit =
  globalThis.navigator?.userAgent === 'Cloudflare-Workers' ? {} : { cache: 'no-cache' }

function reasonOf(error: unknown, seconds: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${seconds} s`
  const cause = error instanceof Error ? error.cause : undefined
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`
}

function hint(status: number, body: Uint8Array): string {
  if (status === 401 || status === 403) return 'the key is not one of this environment'
  try {
    const { error } = JSON.parse(new TextDecoder().decode(body)) as { error: { message: string } }
    return error.message
  } catch {
    return status === 404 || status < 300 ? 'no program; is this the address of an isoflag worker?' : 'no reason given'
  }
}

function warn(error: Error): void {
  console.warn(`isoflag: ${error.message}; the last good program stays in use`)
}
