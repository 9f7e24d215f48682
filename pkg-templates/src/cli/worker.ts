// A worker, as the command line talks to it. Its key stands in the environment alone: what is typed is kept in histories and
// shown in lists of processes.

import { CliError } from './errors.ts'
import type { Io } from './io.ts'
import type { Diff, Experiment, Problem } from './tools.ts'

export const KEY = 'ISOFLAG_ADMIN_KEY'
export const URL_OPTION = { value: 'url', short: 'u', about: `the worker; its admin key is read from ${KEY}` } as const

/** What publishing did, or would do. */
export interface Published {
  readonly version: number | null
  readonly digest: string
  readonly experiments: readonly Experiment[]
  readonly warnings: readonly Problem[]
  readonly dryRun: boolean
  /** Whether it is the text in force, to the letter. */
  readonly unchanged: boolean
  readonly diff: Diff | null
  /** What has to be confirmed. */
  readonly moves: readonly Problem[]
}

/** Keys that are new, are said otherwise, or are gone. */
export type Change = Readonly<Record<'added' | 'changed' | 'removed', readonly string[]>>

/** What publishing experiments.json did, or would do. */
export interface PublishedPlans {
  readonly version: number | null
  readonly warnings: readonly Problem[]
  readonly dryRun: boolean
  readonly unchanged: boolean
  readonly changes: Readonly<Record<'experiments' | 'metrics', Change>>
}

/** What the worker did not do, and why. */
export interface Refused {
  readonly message: string
  readonly problems?: readonly Problem[]
  readonly diff?: Diff
}

/** Published, or told what would be; wrong; or held back until it is confirmed. */
export type Answered<T> = { status: 200; answer: T } | { status: 400; answer: Refused } | { status: 409; answer: Refused }

/** A part of a worker's facts, lines of JSON, and where the next begins. */
export interface Facts {
  readonly text: string
  readonly after: string
  readonly more: boolean
}

export interface Worker {
  /** The environment its key is for. */
  readonly environment: string
  /** The program in force, if any. */
  program(): Promise<Uint8Array | undefined>
  publish(datafile: string, query: Record<string, string>): Promise<Answered<Published>>
  publishPlans(experiments: string, query: Record<string, string>): Promise<Answered<PublishedPlans>>
  /** Facts of a kind behind a position; the empty one is the beginning. */
  facts(kind: string, after: string): Promise<Facts>
  /** Has dead letters sent again, those of one sink or all. Answers how many. */
  replay(sink: string | undefined): Promise<number>
  /** What it answers to a question; anything else than that is thrown. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>
  /** The same, where a failure is no end. */
  tried<T>(method: string, path: string, body?: unknown): Promise<Tried<T>>
}

/** What came of a question: an answer, or why there is none and whether and when to ask again. */
export type Tried<T> = { ok: true; json: T } | { ok: false; message: string; again: boolean; retryAfter: number | undefined }

export function worker(url: string, io: Io): Worker {
  const base = baseOf(url)
  const key = io.env(KEY)?.trim()
  if (!key) throw new CliError(`no key: ${KEY} is not set`, 'an admin key of the worker goes there; it is never typed')
  const environment = /^iso_admin_([a-z][a-z0-9-]*)_[A-Za-z0-9]+$/.exec(key)?.[1]
  if (environment === undefined) throw new CliError(`what ${KEY} holds is no admin key`, 'admin keys look like `iso_admin_production_…`')

  async function call(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, ...(init.body === undefined ? {} : { 'content-type': 'application/json' }) }
    // A redirect could lead anywhere, and the key would go along.
    return fetch(new URL(path, base), { ...init, headers, redirect: 'error', signal: AbortSignal.timeout(60_000) }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause.message || (error.cause as NodeJS.ErrnoException).code : undefined
      throw new CliError(`cannot reach ${base.origin}: ${cause ?? error.message}`, 'is the worker running, and is --url right?')
    })
  }

  async function tried<T>(method: string, path: string, body?: unknown): Promise<Tried<T>> {
    let response: Response
    try {
      response = await call(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    } catch (error) {
      return { ok: false, message: (error as Error).message, again: true, retryAfter: undefined }
    }
    if (response.ok) return { ok: true, json: (await response.json()) as T }
    const message = `${base.origin} answered ${response.status}: ${(await refusal(response)).message}`
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
    const again = response.status === 429 || response.status >= 500
    return { ok: false, message, again, retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined }
  }

  async function put<T>(path: string, body: string, query: Record<string, string>): Promise<Answered<T>> {
    const response = await call(`${path}?${new URLSearchParams(query)}`, { method: 'PUT', body })
    if (response.status === 200) return { status: 200, answer: (await response.json()) as T }
    const answer = await refusal(response)
    if (response.status === 400 || response.status === 409) return { status: response.status, answer }
    throw new CliError(`${base.origin} answered ${response.status}: ${answer.message}`)
  }

  return {
    environment,
    tried,
    async ask<T>(method: string, path: string, body?: unknown) {
      const answer = await tried<T>(method, path, body)
      if (!answer.ok) throw new CliError(answer.message)
      return answer.json
    },
    async program() {
      const response = await call('v1/program', {})
      if (response.ok) return new Uint8Array(await response.arrayBuffer())
      const { message } = await refusal(response)
      if (response.status === 404) return undefined
      throw new CliError(`${base.origin} answered ${response.status}: ${message}`)
    },
    publish: (datafile, query) => put('v1/datafile', datafile, query),
    publishPlans: (experiments, query) => put('v1/experiments', experiments, query),
    async facts(kind, after) {
      const response = await call(`v1/export?${new URLSearchParams({ kind, after })}`, {})
      if (!response.ok) throw new CliError(`${base.origin} answered ${response.status}: ${(await refusal(response)).message}`)
      const { headers } = response
      return { text: await response.text(), after: headers.get('isoflag-after') ?? after, more: headers.get('isoflag-more') === 'true' }
    },
    async replay(sink) {
      const response = await call('v1/sinks/replay', { method: 'POST', body: JSON.stringify(sink === undefined ? {} : { sink }) })
      if (!response.ok) throw new CliError(`${base.origin} answered ${response.status}: ${(await refusal(response)).message}`)
      return ((await response.json()) as { replayed: number }).replayed
    },
  }
}

function baseOf(url: string): URL {
  let base: URL
  try {
    base = new URL(url.endsWith('/') ? url : `${url}/`)
  } catch {
    throw new CliError(`\`${url}\` is no URL`, 'write it in full: https://flags.example.com')
  }
  const near = ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname)
  if (base.protocol !== 'https:' && !(base.protocol === 'http:' && near))
    throw new CliError(`the key would travel to \`${url}\` in the clear`, 'use https; http is for this machine')
  return base
}

/** What the worker says went wrong; somebody else's words are cut short. */
async function refusal(response: Response): Promise<Refused> {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as { error?: Partial<Refused> }
    if (typeof error?.message === 'string') return error as Refused
  } catch {
    // Not the worker's own words.
  }
  return { message: text.trim().slice(0, 200) || 'nothing' }
}
