// Next.js: one decision in `proxy.ts` (or `middleware.ts`), read everywhere below it. The snapshot travels to server
// components in a request header; client components get it through `FlagProvider` of `isoflag/react`.

import {
  type ClientOptions,
  type Context,
  createClient,
  type DecideOptions,
  type Decision,
  type FlagKey,
  type FlagValue,
  type Host,
  type Json,
  type ReadFlag,
  type Registered,
  type Snapshot,
} from 'isoflag'
import { type NextFetchEvent, type NextRequest, NextResponse } from 'next/server.js'
import { createAttestation } from './attest.ts'
import { messageOf } from './errors.ts'
import { attested } from './next/attest.ts'
import { cookieValue, wantsDocument } from './next/request.ts'
import { overrideRequest } from './next/response.ts'
import { own } from './record.ts'
import { decodeSnapshot, emptySnapshot, encodeSnapshot } from './snapshot.ts'

export type { Context, Decision, Json, Snapshot, SnapshotDecision } from 'isoflag'
export { forwardEvents, type ForwardOptions } from './next/forward.ts'

/** The request header between proxy and pages. Never reaches the browser. */
export const SNAPSHOT_HEADER = 'x-isoflag-snapshot'

/** Headers of hosted platforms end at 16 or 32 kB in all. */
const LARGE_HEADER = 8_000

export interface CookieOptions {
  /** A year by default. */
  readonly maxAge?: number
  readonly domain?: string
  readonly path?: string
  readonly sameSite?: 'lax' | 'strict' | 'none'
  /** By default whatever the request came by. */
  readonly secure?: boolean
  /** True by default: the browser gets the id in the snapshot, scripts need no cookie. */
  readonly httpOnly?: boolean
}

/** Flag → name of a variant. */
export type Pins = Readonly<Record<string, string>> | undefined

export interface NextFlagsOptions extends ClientOptions {
  /** The name of the visitor's cookie, `isoflag_vid` by default. */
  readonly cookie?: string
  readonly cookieOptions?: CookieOptions
  /** The attribute the visitor's id fills, `visitorId` by default. */
  readonly unit?: string
  /** What else is known about the request. */
  readonly attributes?: (req: NextRequest) => Context | Promise<Context>
  /** Variants this request is to see, by flag: a preview, a test. From a cookie or header you trust; they cause no exposures. */
  readonly overrides?: (req: NextRequest) => Pins | Promise<Pins>
  /** What this visitor had before, by flag: the exposures you kept. A split that still has the variant as an arm keeps it. */
  readonly sticky?: (req: NextRequest) => DecideOptions['sticky'] | Promise<DecideOptions['sticky']>
  /** The flags pages read; all by default. Worth naming when there are many, for the snapshot travels in a header. */
  readonly flags?: readonly FlagKey[]
}

export interface NextFlags {
  /**
   * The proxy, or the last step of yours: pass the response you made, and snapshot and cookie are added to it.
   * `export const proxy = flags.proxy` works as well.
   */
  readonly proxy: (req: NextRequest, res?: NextResponse | NextFetchEvent) => Promise<NextResponse>
  /** Decides again in a route handler: same visitor, same program, same answer. Without a decision it is `fallback`. */
  readonly getFlag: GetFlag
  /** The same with reason and exposure; `unusable` when no program could be had. */
  getDecision<Key extends FlagKey>(key: Key, req: NextRequest): Promise<Decision<FlagValue<Key>>>
}

/** The value of a flag for a request; without a fallback there may be none. */
export type GetFlag = Registered<
  {
    <Key extends FlagKey>(key: Key, req: NextRequest): Promise<FlagValue<Key> | undefined>
    <Key extends FlagKey>(key: Key, req: NextRequest, fallback: FlagValue<Key>): Promise<FlagValue<Key>>
  },
  {
    (key: string, req: NextRequest): Promise<Json | undefined>
    (key: string, req: NextRequest, fallback: boolean): Promise<boolean>
    (key: string, req: NextRequest, fallback: number): Promise<number>
    (key: string, req: NextRequest, fallback: string): Promise<string>
    <T>(key: string, req: NextRequest, fallback: T): Promise<T>
  }
>

export function createNextFlags(options: NextFlagsOptions): NextFlags {
  const { cookie = 'isoflag_vid', unit = 'visitorId', attributes, flags, overrides, sticky } = options
  const onError = options.onError ?? ((error: Error) => console.warn(`isoflag: ${error.message}`))
  const client = createClient({ ...options, onError })
  const attestation = createAttestation({ ...options, onError })
  let told = ''

  // A page must not fail because flags do. Each new problem is told once.
  function tell(error: unknown): string {
    const message = messageOf(error)
    if (message !== told) onError(error instanceof Error ? error : new Error(message))
    told = message
    return message
  }

  async function contextOf(req: NextRequest, visitor: string | undefined): Promise<Context> {
    return { ...(await attributes?.(req)), [unit]: visitor }
  }

  async function pinsOf(req: NextRequest): Promise<Pick<DecideOptions, 'overrides' | 'sticky'>> {
    return { overrides: (await overrides?.(req)) ?? {}, sticky: (await sticky?.(req)) ?? {} }
  }

  async function snapshotFor(req: NextRequest, visitor: string | undefined, host?: Host): Promise<Snapshot> {
    const units = visitor === undefined ? {} : { [unit]: visitor }
    try {
      const [program] = await Promise.all([client.ready(host), attestation.ready(host)])
      const context = await contextOf(req, visitor)
      told = ''
      return await attested(program.snapshot(context, { ...(await pinsOf(req)), flags, units }), attestation)
    } catch (error) {
      return emptySnapshot(tell(error), units)
    }
  }

  async function proxy(req: NextRequest, given?: NextResponse | NextFetchEvent): Promise<NextResponse> {
    const response = given !== undefined && 'headers' in given ? given : undefined
    const event = given !== undefined && 'waitUntil' in given ? given : undefined
    let visitor = cookieValue(req.cookies.get(cookie)?.value)
    const fresh = visitor === undefined && wantsDocument(req)
    if (fresh) {
      visitor = crypto.randomUUID()
      // Into the request as well: the page being made now already sees it.
      req.cookies.set(cookie, visitor)
    }
    const headers = new Headers(req.headers)
    const text = encodeSnapshot(await snapshotFor(req, visitor, event))
    if (text.length > LARGE_HEADER) tell(`the snapshot is a header of ${text.length} bytes: name the \`flags\` that pages need`)
    // Always written over: a visitor could have sent one.
    headers.set(SNAPSHOT_HEADER, text)
    const made = NextResponse.next({ request: { headers } })
    const res = response === undefined ? made : overrideRequest(response, made, [SNAPSHOT_HEADER, 'cookie'])
    if (fresh && visitor !== undefined) {
      const secure = req.nextUrl.protocol === 'https:'
      res.cookies.set(cookie, visitor, { path: '/', maxAge: 31_536_000, sameSite: 'lax', httpOnly: true, secure, ...options.cookieOptions })
      // A static page comes with `s-maxage`: a cache in front would give this visitor's cookie to everyone.
      res.headers.set('cache-control', 'private, no-cache')
      res.headers.set('cdn-cache-control', 'no-store')
    }
    return res
  }

  async function getDecision(key: string, req: NextRequest): Promise<Decision> {
    try {
      const program = await client.ready()
      return program.decide(key, await contextOf(req, cookieValue(req.cookies.get(cookie)?.value)), await pinsOf(req))
    } catch (error) {
      tell(error)
      return { flag: key, variant: null, value: undefined, reason: 'unusable', rule: null, bucket: null, exposure: null }
    }
  }

  async function getFlag<T>(key: string, req: NextRequest, fallback?: T): Promise<T | Json | undefined> {
    const { value } = await getDecision(key, req)
    return value !== undefined && (fallback == null || typeof value === typeof fallback) ? value : fallback
  }

  return { proxy, getDecision, getFlag: getFlag as GetFlag }
}

/**
 * The snapshot of this request, for server components: `readSnapshot(await headers())`. `null` when the proxy did not run for
 * this path; a damaged one is empty and says so in `problem`.
 */
export function readSnapshot(headers: { get(name: string): string | null }): Snapshot | null {
  const text = headers.get(SNAPSHOT_HEADER)
  if (text === null) return null
  try {
    return decodeSnapshot(text)
  } catch (error) {
    return emptySnapshot(messageOf(error))
  }
}

/** The value of a flag in a snapshot, for server components; `fallback` when there is none. Sends no exposure. */
export const readFlag: ReadFlag<[snapshot: Snapshot | null]> = <T>(snapshot: Snapshot | null, key: string, fallback: T): T => {
  const value = snapshot === null ? undefined : own(snapshot.decisions, key)?.value
  return value !== undefined && (fallback == null || typeof value === typeof fallback) ? (value as T) : fallback
}
