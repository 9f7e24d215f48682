// Node servers of the Express and Connect kind: who is asking, what was decided for them, and what they did.
//
//   request ─▶ signed context of a caller, else header, else cookie, else a new visitor ─▶ req.isoflag ─▶ your handler

import {
  type Client,
  type ClientOptions,
  type Context,
  createClient,
  type Decision,
  type Exposure,
  type FlagKey,
  type FlagValue,
  type Json,
  type Program,
  type ReadFlag,
  type Registered,
} from 'isoflag'
import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAttestation, signedBytes, tagOf } from './attest.ts'
import { messageOf } from './errors.ts'
import { CONTEXT_HEADER, type ExperimentContext, readContext, signContext } from './node/signed.ts'
import { cookieValue, isPrefetch, readCookie, wantsDocument } from './next/request.ts'
import { type Asker, type Consent, createTracker, type PropertiesArgument, type Tracker, type TrackerOptions } from './track.ts'

export { CONTEXT_HEADER, type ExperimentContext, readContext, signContext }

export interface NodeFlagsOptions extends ClientOptions {
  /** The attribute the visitor's id fills, `visitorId` by default. */
  readonly unit?: string
  /** The name of the visitor's cookie, `isoflag_vid` by default. */
  readonly cookie?: string
  /** Attributes of the cookie this sets, as written after its value. */
  readonly cookieAttributes?: string
  /** A header that names the visitor, for apps without cookies: `x-visitor-id` by default. */
  readonly header?: string
  /** What else is known about the request: more units (`userId`), plan, country. Takes the type your framework gives a request. */
  attributes?(req: IncomingMessage): Context | Promise<Context>
  /** Attributes that are units as well: events carry them, e.g. `['userId']`. */
  readonly units?: readonly string[]
  /** Shared by the services that pass contexts on, 16 characters or more; without it none is read or written. */
  readonly contextSecret?: string | undefined
  /** Whether this visitor agreed; by default `denied` where the browser sends Global Privacy Control (`Sec-GPC: 1`), else `granted`. */
  consent?(req: IncomingMessage): Consent
  /** How events are sent; by default with `url` and `key`. */
  readonly tracker?: Partial<TrackerOptions>
}

/** What a handler finds at `req.isoflag`. Decisions are made once per request. */
export interface RequestFlags {
  /** Unit type → unit, as events carry them. */
  readonly units: Readonly<Record<string, string>>
  /** What a calling service passed on, if it did and can be believed. */
  readonly upstream: ExperimentContext | null
  /** The decision; sends nothing. */
  readonly decide: Registered<<Key extends FlagKey>(flag: Key) => Decision<FlagValue<Key>>, <T = Json>(flag: string) => Decision<T>>
  /** The value; `fallback` when there is none or it is of another type. Sends nothing. */
  readonly get: ReadFlag
  /** Records that the decision for this flag was shown: not for a prefetch, which may never be, nor for a crawler. */
  expose(flag: FlagKey): void
  /** Records that something happened to this request's units, tagged with what was decided for them. */
  track<const Name extends string>(name: Name, ...properties: PropertiesArgument<Name>): void
  /** For requests to your other services: `fetch(url, { headers: req.isoflag.headers() })`. Empty without `contextSecret`. */
  headers(): Record<string, string>
}

export interface NodeFlags {
  /** `app.use(flags.middleware)`. Never fails a request: without a program every flag gives its fallback. */
  readonly middleware: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
  readonly client: Client
  readonly tracker: Tracker
  /** Sends what is waiting, for 5 seconds again when the worker is busy, then stops. For your own shutdown; `SIGTERM` is yours. */
  close(): Promise<void>
}

declare module 'http' {
  interface IncomingMessage {
    /** Set by the middleware of `isoflag/node`, so there for every handler behind it and for no other. */
    isoflag: RequestFlags
  }
}

/** A context can be tried against guesses by whoever sees one. */
const SHORTEST_SECRET = 16

/** Makes the middleware, its client and its tracker. */
export function createNodeFlags(options: NodeFlagsOptions): NodeFlags {
  const { unit = 'visitorId', cookie = 'isoflag_vid', header = 'x-visitor-id', contextSecret, attributes } = options
  const onError = options.onError ?? ((error: Error) => console.warn(`isoflag: ${error.message}`))
  const client = createClient({ ...options, onError })
  const attestation = createAttestation({ ...options, onError })
  const route = { url: options.url, key: options.key, onError, ...options.tracker }
  // Unset, as where apps are built and tested: nothing is kept for a worker nobody named. The client says what is missing.
  const tracker = createTracker(route.endpoint ?? (route.url && route.key) ? route : { endpoint: '', consent: 'denied' })
  if (contextSecret !== undefined && contextSecret.length < SHORTEST_SECRET)
    throw new TypeError(`\`contextSecret\` has ${contextSecret.length} characters: whoever guesses it can be any visitor, so use ${SHORTEST_SECRET} or more`)
  process.on('beforeExit', beforeExit)
  let told = ''

  /**
   * What is waiting when a process has nothing more to do is sent before it ends. A worker that stays away must not keep the
   * process alive for ever, for every answer leads here again: what this did not bring down is given up, and told.
   */
  function beforeExit(): void {
    const { waiting } = tracker.stats()
    if (waiting === 0) return
    void tracker.flush({ withinSeconds: 5 }).then(() => (tracker.stats().waiting < waiting ? undefined : tracker.close({ withinSeconds: 0 })))
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const upstream = contextSecret === undefined ? null : readContext(req.headers[CONTEXT_HEADER], contextSecret)
    let visitor = upstream?.units[unit] ?? cookieValue(one(req.headers[header])) ?? cookieValue(readCookie(req.headers.cookie, cookie))
    const headers = { get: (name: string) => one(req.headers[name]) ?? null }
    if (visitor === undefined && wantsDocument({ method: req.method ?? 'GET', headers })) {
      visitor = crypto.randomUUID()
      res.appendHeader('set-cookie', `${cookie}=${visitor}; ${options.cookieAttributes ?? 'Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax'}`)
      // A cache in front would give this visitor's cookie to everyone.
      res.setHeader('cache-control', 'private, no-cache')
    }
    let program: Program | undefined
    try {
      ;[program] = await Promise.all([client.ready(), attestation.ready()])
      told = ''
    } catch (error) {
      if (messageOf(error) !== told) onError(error as Error)
      told = messageOf(error)
    }
    const context: Context = { ...(await attributes?.(req)), ...upstream?.units, [unit]: visitor }
    const consent = options.consent?.(req) ?? (req.headers['sec-gpc'] === '1' ? 'denied' : 'granted')
    // A server keeps nothing back for a visitor who may agree yet.
    const asker = { userAgent: one(req.headers['user-agent']), consent: consent === 'granted' ? consent : 'denied' } as const
    req.isoflag = flagsOf(program, context, upstream, asker, isPrefetch({ headers }))
  }

  function signed(exposure: Exposure): Exposure {
    const key = attestation.key()
    if (key === undefined) return exposure
    const signature = createHmac('sha256', key.secret).update(signedBytes(key.environment, exposure)).digest()
    return { ...exposure, attestation: tagOf(signature) }
  }

  function flagsOf(program: Program | undefined, context: Context, upstream: ExperimentContext | null, asker: Asker, prefetch: boolean): RequestFlags {
    const decisions = new Map<string, Decision>()
    const units: Record<string, string> = { ...upstream?.units }
    for (const name of [unit, ...(options.units ?? [])]) {
      const value = context[name]
      if (typeof value === 'string' || typeof value === 'number') units[name] = String(value)
    }
    const shown: Record<string, string> = { ...upstream?.experiments }

    function decide(flag: string): Decision {
      let decision = decisions.get(flag)
      if (decision === undefined) {
        decision = program?.decide(flag, context) ?? unusable(flag)
        decisions.set(flag, decision)
        if (decision.exposure !== null) shown[flag] = decision.exposure.variant
      }
      return decision
    }

    return {
      units,
      upstream,
      decide: decide as RequestFlags['decide'],
      get: ((flag: string, fallback: unknown) => {
        const { value } = decide(flag)
        return value !== undefined && (fallback == null || typeof value === typeof fallback) ? value : fallback
      }) as RequestFlags['get'],
      expose(flag) {
        const { exposure } = decide(flag)
        if (exposure !== null && !prefetch) tracker.expose({ ...signed(exposure), ...asker })
      },
      track: ((name: string, properties?: Record<string, Json>) =>
        tracker.track(name, properties, { units, experiments: { ...shown }, ...asker })) as RequestFlags['track'],
      headers: () =>
        contextSecret === undefined ? {} : { [CONTEXT_HEADER]: signContext({ units, experiments: shown }, contextSecret) },
    }
  }

  return {
    middleware: (req, res, next) => void handle(req, res).then(() => next(), next),
    client,
    tracker,
    async close() {
      process.off('beforeExit', beforeExit)
      client.close()
      await tracker.close()
    },
  }
}

function unusable(flag: string): Decision {
  return { flag, variant: null, value: undefined, reason: 'unusable', rule: null, bucket: null, exposure: null }
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
