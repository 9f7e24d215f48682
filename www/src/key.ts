// The key the console reads with: asked for once, or handed over in the address (`#key=…`), kept in this browser only.
import { useSyncExternalStore } from 'react'

const PLACE = 'isoflag-key'

interface Held {
  readonly key: string | null
  /** Why the key has to be asked for again. */
  readonly complaint: string | null
}

let held: Held = { key: stored(), complaint: null }
const listeners = new Set<() => void>()

function stored(): string | null {
  return sessionStorage.getItem(PLACE) ?? localStorage.getItem(PLACE)
}

function set(next: Held): void {
  held = next
  for (const listener of listeners) listener()
}

export function keepKey(key: string, remember: boolean): void {
  forget()
  ;(remember ? localStorage : sessionStorage).setItem(PLACE, key)
  set({ key, complaint: null })
}

export function dropKey(complaint: string | null = null): void {
  forget()
  set({ key: null, complaint })
}

/** The worker refused `key`. An answer to an older key says nothing about the one held now. */
export function refuseKey(key: string, complaint: string): void {
  if (held.key === key) dropKey(complaint)
}

function forget(): void {
  sessionStorage.removeItem(PLACE)
  localStorage.removeItem(PLACE)
}

/** Takes a key out of the address and the history before anything can copy or bookmark it. */
export function takeKeyFromAddress(): void {
  const found = /[#?&]key=([^&]+)/.exec(location.hash)
  if (!found?.[1]) return
  const rest = location.hash.replace(found[0], '').replace(/^#?&/, '#')
  history.replaceState(null, '', location.pathname + location.search + (rest.startsWith('#/') ? rest : '#/'))
  try {
    keepKey(decodeURIComponent(found[1]), true)
  } catch {
    dropKey('the key in the address could not be read')
  }
}

export function useKey(): Held {
  return useSyncExternalStore(subscribe, () => held)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** `iso_admin_production_…` names its role and environment. Null for text that is no isoflag key at all. */
export function readKey(key: string): { role: string; environment: string } | null {
  const found = /^iso_(client|server|admin)_(.+)_[0-9A-Za-z]+$/.exec(key)
  return found?.[1] && found[2] ? { role: found[1], environment: found[2] } : null
}
