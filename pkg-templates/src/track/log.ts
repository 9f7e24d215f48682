// The log of this device: every event is written into IndexedDB when it is tracked and struck out when the worker has said
// it has it. A page may be killed, a beacon may fall on deaf ears: the next visit finds what is left and sends it again.
// Events have identities of their own, so sending again what did arrive counts once.
//
// Entries carry the name of the page that sends them. A page that starts takes over, in one transaction, what pages that are
// gone left; those that live, other tabs, send their own. Which ones live? While a page has entries it holds a Web Lock of
// its name, and lets go of it on the way out: a lock would keep the page out of the back/forward cache, and one that is held
// for good would keep a background tab from sleeping. What belongs to a page that lives is looked at again when its lock is
// free. Without Web Locks every page counts as gone, which costs a few bytes.

import { type Item, storedItem } from './batch.ts'
import { keepPatience, keptPatience, NO_PATIENCE, type Patience } from './patience.ts'
import { within } from './within.ts'
import { heardWords, leaveWords } from './words.ts'

/** How long an event waits for a next visit. Ids begin with their time, so the name of an entry tells its age. */
const KEPT_MS = 7 * 86_400_000
/** More than a device makes in a week by honest use. Of more the oldest go. */
const KEPT = 10_000
const STORE = 'events'
/** Letters of a page's name, at the end of the name of each of its entries. */
const PAGE = 12

/** What pages that are gone left. */
export interface Left {
  /** Oldest first. */
  readonly items: Item[]
  /** How many were too old, or one too many, and are gone. */
  readonly expired: number
  /** Whether something is left yet. */
  readonly more: boolean
}

export interface Log {
  /** A name for the next event; names sort by time. */
  name(): string
  write(item: Item): void
  strike(items: readonly Item[]): void
  /** Takes over what is left, at most `most`. */
  inherit(most: number): Promise<Left>
  /** The page may be killed from now on: what is not written yet is said. Whether it could be. */
  hide(): boolean
  /** The page may be gone for good: whoever comes next may have what it leaves. */
  leave(): void
  comeBack(): void
  /** Leaves, and says how many events could be kept nowhere, having waited so long for the disk. */
  close(ms: number): Promise<number>
  /** The pause that pages of this device were asked for. */
  patience(): Patience
  bePatient(patience: Patience): void
  /** Forgets everything, also what other pages wrote. */
  wipe(): void
}

type Work = (store: IDBObjectStore) => void

/**
 * The log for one place to send to; nothing where the host has no IndexedDB or forbids it. `freed` is called when a page that
 * lived at the last look is gone or has nothing left: there may be something to inherit.
 */
export function openLog(place: string, id: string, freed: () => void): Log | undefined {
  // Looking can throw: some browsers guard storage in frames of other sites.
  let factory: IDBFactory | undefined
  try {
    factory = globalThis.indexedDB
  } catch {
    return undefined
  }
  if (!factory) return undefined
  const found = factory
  const locks = globalThis.navigator?.locks
  const base = `isoflag ${place}`
  const page = id.slice(-PAGE)
  /** The lock and the last words of this page are called so. */
  const own = `${base} ${page}`
  const open = new Set<string>()
  const unwritten = new Map<string, string>()
  let spoke = false
  let counter = 0
  let opening: Promise<IDBDatabase> | undefined
  const struck = new Set<string>()
  let changing: Promise<void> | undefined
  let letGo: (() => void) | undefined
  const watched = new Set<string>()
  let leaving = new AbortController()

  function nameAt(time: string): string {
    return `${time}-${String(counter++).padStart(6, '0')}-${page}`
  }

  function database(): Promise<IDBDatabase> {
    return (opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = found.open(base, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(STORE)
      request.onsuccess = () => {
        const { result } = request
        // Another tab wipes the device, or the visitor does.
        result.onversionchange = result.onclose = () => {
          result.close()
          opening = undefined
        }
        resolve(result)
      }
      request.onerror = () => reject(request.error)
    }).catch(failed => {
      // A disk that is busy or full today may not be tomorrow: whoever has something to write asks again.
      opening = undefined
      throw failed
    }))
  }

  // One transaction at a time takes all there is to write and to strike. `relaxed`: a write survives the page, and that is enough.
  function change(): void {
    changing ??= changeAll().then(
      () => {
        changing = undefined
        if (unwritten.size + struck.size > 0) change()
      },
      // A log that cannot be written (private mode, disk full) leaves the queue in memory; the next event tries again.
      () => void (changing = undefined),
    )
  }

  async function changeAll(): Promise<void> {
    let names: string[] = []
    let gone: string[] = []
    await transaction(store => {
      names = [...unwritten.keys()]
      gone = [...struck]
      for (const [name, json] of unwritten) store.put(json, name)
      for (const name of gone) store.delete(name)
    })
    for (const name of gone) struck.delete(name)
    written(names)
  }

  async function transaction(work: Work): Promise<void> {
    const opened = await database()
    return new Promise((resolve, reject) => {
      const running = opened.transaction(STORE, 'readwrite', { durability: 'relaxed' })
      work(running.objectStore(STORE))
      running.oncomplete = () => resolve()
      running.onerror = running.onabort = () => reject(running.error)
    })
  }

  function hold(): void {
    if (letGo !== undefined || !locks) return
    const held = new Promise<void>(resolve => {
      letGo = () => {
        letGo = undefined
        resolve()
      }
    })
    locks.request(own, () => held).catch(() => undefined)
  }

  /** The pages that live. */
  async function alive(): Promise<Set<string | undefined>> {
    const { held = [], pending = [] } = (await locks?.query().catch(() => undefined)) ?? {}
    return new Set([...held, ...pending].map(({ name }) => name))
  }

  function watch(owner: string): void {
    if (watched.has(owner)) return
    watched.add(owner)
    const over = (): boolean => watched.delete(owner)
    locks?.request(owner, { signal: leaving.signal }, () => undefined).then(() => over() && freed(), over)
  }

  function write({ json, name }: Item): void {
    open.add(name)
    unwritten.set(name, json)
    hold()
    change()
  }

  /** No longer to be said. */
  function written(names: readonly string[]): void {
    for (const name of names) unwritten.delete(name)
    if (spoke) speak()
  }

  function speak(): boolean {
    if (!spoke && unwritten.size === 0) return true
    const left = leaveWords(own, unwritten)
    spoke = unwritten.size > 0
    return left
  }

  /** Makes the last words of pages that are gone this page's own. */
  function hear(living: ReadonlySet<string | undefined>): { readonly said: Item[]; readonly names: Set<string> } {
    const said: Item[] = []
    const names = new Set<string>()
    for (const [key, words] of heardWords(`${base} `)) {
      if (key === own || living.has(key)) continue
      for (const [name, json] of words) {
        names.add(name)
        const item = storedItem(json, nameAt(name.slice(0, 15)))
        said.push(item)
        write(item)
      }
      // First said anew: between the two nothing can come.
      if (speak()) leaveWords(key, new Map())
    }
    return { said, names }
  }

  function leave(): void {
    letGo?.()
    leaving.abort()
  }

  return {
    name: () => nameAt(String(Date.now()).padStart(15, '0')),
    write,
    strike(items) {
      const names = items.map(({ name }) => name).filter(name => open.delete(name))
      for (const name of names) struck.add(name)
      written(names)
      if (names.length > 0) change()
      if (open.size === 0) letGo?.()
    },
    async inherit(most) {
      hold()
      const living = await alive()
      const oldest = String(Date.now() - KEPT_MS).padStart(15, '0')
      const { said, names } = hear(living)
      const found: Item[] = []
      let expired = 0
      let more = false
      await transaction(store => {
        const count = store.count()
        const cursor = store.openCursor()
        cursor.onsuccess = () => {
          const at = cursor.result
          if (at === null) return
          if (said.length + found.length >= most) return void (more = true)
          const key = String(at.key)
          const owner = `${base} ${key.slice(-PAGE)}`
          if (key < oldest || count.result - expired > KEPT) {
            expired++
            at.delete()
          } else if (names.has(key)) {
            // Written after all, when it was said already.
            at.delete()
          } else if (!key.endsWith(page)) {
            if (living.has(owner)) watch(owner)
            else {
              const item = storedItem(String(at.value), nameAt(key.slice(0, 15)))
              found.push(item)
              open.add(item.name)
              at.delete()
              store.put(item.json, item.name)
            }
          }
          at.continue()
        }
      }).catch(() => {
        // Nothing of it happened. Later it may.
        for (const { name } of found.splice(0)) open.delete(name)
        expired = 0
        more = true
      })
      if (open.size === 0) letGo?.()
      return { items: [...said, ...found], expired, more }
    },
    hide: speak,
    leave,
    comeBack() {
      leaving = new AbortController()
      if (open.size > 0) hold()
      freed()
    },
    async close(ms) {
      if (!speak()) await within(ms, Promise.resolve(changing))
      const kept = speak()
      leave()
      return kept ? 0 : unwritten.size
    },
    patience: () => keptPatience(base),
    bePatient: patience => keepPatience(base, patience),
    wipe() {
      open.clear()
      unwritten.clear()
      struck.clear()
      spoke = false
      letGo?.()
      changing = undefined
      keepPatience(base, NO_PATIENCE)
      for (const key of heardWords(`${base} `).keys()) leaveWords(key, unwritten)
      const before = opening
      opening = undefined
      before?.then(opened => opened.close()).catch(() => undefined)
      try {
        found.deleteDatabase(base)
      } catch {
        // Where storage is forbidden nothing is kept.
      }
    },
  }
}
