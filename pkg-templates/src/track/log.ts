// The log of this device: every event is written into IndexedDB when it is tracked and struck out when the worker has said
// it has it. A page may be killed, a beacon may fall on deaf ears: the next visit finds what is left and sends it again.
// Events have identities of their own, so sending again what did arrive counts once.
//
// Why no lock or lease per tab? A lock held by a page keeps it out of the browser's back/forward cache, and a lease needs a
// heartbeat. Two tabs sending the same event costs a few bytes; only the reading of a backlog is done by one tab at a time.

import { type Item, storedItem } from './batch.ts'

/** How long an event waits for a next visit. Ids begin with their time, so the name of an entry tells its age. */
const KEPT_MS = 7 * 86_400_000
const STORE = 'events'

export interface Log {
  /** A name for the next event; names sort by time. */
  name(): string
  write(item: Item): void
  strike(items: readonly Item[]): void
  /** What earlier pages left, oldest first, at most `most`; says how many were too old and are gone. */
  left(most: number): Promise<{ readonly items: Item[]; readonly expired: number }>
  /** Forgets everything, also what other pages wrote. */
  wipe(): void
}

/** The log for one place to send to; nothing where the host has no IndexedDB or forbids it. */
export function openLog(place: string, page: string): Log | undefined {
  // Looking can throw: some browsers guard storage in frames of other sites.
  let factory: IDBFactory | undefined
  try {
    factory = globalThis.indexedDB
  } catch {
    return undefined
  }
  if (!factory) return undefined
  const found = factory
  let counter = 0
  let opening: Promise<IDBDatabase> | undefined
  let queued: ((store: IDBObjectStore) => void)[] = []
  const mine = (key: IDBValidKey): boolean => String(key).endsWith(page)

  function database(): Promise<IDBDatabase> {
    return (opening ??= new Promise((resolve, reject) => {
      const request = found.open(`isoflag ${place}`, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(STORE)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    }))
  }

  // One transaction for all that one turn of the event loop asks. `relaxed`: a write survives the page, and that is enough.
  function change(work: (store: IDBObjectStore) => void): void {
    if (queued.push(work) > 1) return
    // A log that cannot be written (private mode, disk full) leaves the queue in memory; there is nobody to tell.
    void transaction('readwrite', store => {
      const all = queued
      queued = []
      for (const one of all) one(store)
    }).catch(() => {
      queued = []
    })
  }

  async function transaction<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => T): Promise<T> {
    const opened = await database()
    return new Promise((resolve, reject) => {
      const running = opened.transaction(STORE, mode, { durability: 'relaxed' })
      const result = work(running.objectStore(STORE))
      running.oncomplete = () => resolve(result)
      running.onerror = running.onabort = () => reject(running.error)
    })
  }

  return {
    name: () => `${String(Date.now()).padStart(15, '0')}-${String(counter++).padStart(6, '0')}-${page}`,
    write: ({ json, name }) => change(store => void store.put(json, name)),
    strike: items => change(store => items.forEach(({ name }) => name && store.delete(name))),
    wipe: () => change(store => void store.clear()),
    async left(most) {
      const oldest = String(Date.now() - KEPT_MS).padStart(15, '0')
      let expired = 0
      const items: Item[] = []
      await transaction('readwrite', store => {
        const cursor = store.openCursor()
        cursor.onsuccess = () => {
          const at = cursor.result
          if (at === null || items.length >= most) return
          if (String(at.key) < oldest) {
            expired++
            at.delete()
          } else if (!mine(at.key)) items.push(storedItem(String(at.value), String(at.key)))
          at.continue()
        }
      })
      return { items, expired }
    },
  }
}

/** Runs `work` unless another tab of this site is at it. */
export async function alone(place: string, work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks
  if (!locks) return work()
  await locks.request(`isoflag ${place}`, { ifAvailable: true }, lock => (lock === null ? undefined : work()))
}
