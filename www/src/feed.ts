// The one fetch. A feed asks the worker for one address again and again while somebody looks at it, and keeps the last good
// answer whatever happens after. It knows nothing of React; `useFeed` is its only hook.
import { useMemo, useSyncExternalStore } from 'react'
import { refuseKey, useKey } from './key'
import { problemsOf, type Shape } from './shape'

const EVERY = 5_000
// After a failure the wait doubles up to this, so that a worker coming back is not met by every open tab at once.
const AT_MOST = 30_000
const SOON = 1_000
// Beside the folder this file is built into; the worker may be mounted under a path.
const ROOT = new URL(import.meta.env.DEV ? '/' : '../', import.meta.url)
// Somebody looking at "loading" for longer than this is better served by the truth.
const PATIENCE = 15_000

export interface Feed<T> {
  readonly data: T | null
  /** When `data` was received. */
  readonly at: number | null
  /** Why the latest attempt brought nothing; the data stays. */
  readonly trouble: Trouble | null
}
export interface Trouble {
  /** `counting`: a long history takes several requests, each of which gets further. */
  readonly kind: 'unreachable' | 'refused' | 'counting'
  readonly status: number | null
  readonly message: string
}

interface Source<T> {
  readonly subscribe: (listener: () => void) => () => void
  readonly get: () => Feed<T>
}

function createFeed<T>(path: string, key: string, shape: Shape<T>): Source<T> {
  let feed: Feed<T> = { data: null, at: null, trouble: null }
  let wait = EVERY
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined
  const listeners = new Set<() => void>()

  const ask = async (): Promise<void> => {
    clearTimeout(timer)
    asking?.abort()
    const mine = (asking = new AbortController())
    const tooLong = setTimeout(() => mine.abort(), PATIENCE)
    const answer = await get(path, key, shape, mine.signal)
    clearTimeout(tooLong)
    if (mine !== asking) return // a newer question is on its way, or nobody looks any more
    if (answer.kind === 'unauthorized') return refuseKey(key, answer.message)
    if (answer.kind === 'data') {
      feed = { data: answer.data, at: Date.now(), trouble: null }
      wait = EVERY
    } else {
      feed = { ...feed, trouble: answer }
      wait = answer.kind === 'counting' ? SOON : Math.min(wait * 2, AT_MOST)
    }
    for (const listener of listeners) listener()
    if (!document.hidden) timer = setTimeout(ask, feed.trouble ? wait : EVERY)
  }
  const rest = (): void => {
    clearTimeout(timer)
    asking?.abort()
    asking = undefined
  }
  const wake = (): void => (document.hidden ? rest() : void ask())

  return {
    get: () => feed,
    subscribe: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', wake)
        addEventListener('online', wake)
        wake()
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        document.removeEventListener('visibilitychange', wake)
        removeEventListener('online', wake)
        rest()
      }
    },
  }
}

type Answer<T> = { kind: 'data'; data: T } | { kind: 'unauthorized'; message: string } | Trouble

async function get<T>(path: string, key: string, shape: Shape<T>, signal: AbortSignal): Promise<Answer<T>> {
  let response: Response
  let body: unknown
  try {
    response = await fetch(new URL(`.${path}`, ROOT), { headers: { authorization: `Bearer ${key}` }, signal, cache: 'no-store', credentials: 'omit' })
    body = await response.json().catch(() => null)
  } catch {
    return { kind: 'unreachable', status: null, message: 'the worker does not answer' }
  }
  if (response.status === 401) return { kind: 'unauthorized', message: 'the worker does not know this key; it may have been revoked, or belong to another server' }
  if (response.status === 403) return { kind: 'unauthorized', message: 'this key may not read reports; use a server or an admin key' }
  if (response.status === 503 && errorOf(body)?.['code'] === 'counting') return { kind: 'counting', status: 503, message: messageOf(body) ?? 'still counting' }
  if (!response.ok) return { kind: 'refused', status: response.status, message: messageOf(body) ?? `the worker answered ${response.status}` }
  const problems = problemsOf(shape, body, false)
  if (problems.length > 0) return { kind: 'refused', status: response.status, message: `the worker and this console do not fit together: ${problems[0]}; reload the page` }
  return { kind: 'data', data: body as T }
}

function errorOf(body: unknown): Record<string, unknown> | null {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  return typeof error === 'object' ? (error as Record<string, unknown> | null) : null
}

function messageOf(body: unknown): string | null {
  const message = errorOf(body)?.['message']
  return typeof message === 'string' ? message : null
}

// Feeds stay for the life of the page, so that going back to the list shows it at once. The key is part of the name: another
// key must never see what this one loaded.
const feeds = new Map<string, Source<unknown>>()

export function useFeed<T>(path: string, shape: Shape<T>): Feed<T> {
  const { key } = useKey()
  const source = useMemo(() => {
    const name = `${key} ${path}`
    const known = feeds.get(name) ?? createFeed(path, key ?? '', shape)
    feeds.set(name, known)
    return known as Source<T>
  }, [key, path, shape])
  return useSyncExternalStore(source.subscribe, source.get)
}
