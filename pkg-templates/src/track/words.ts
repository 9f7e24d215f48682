// The last words of a page. Writing into IndexedDB takes a moment that a page which is closed at once does not have; so on its
// way out what is not written yet goes where writing is synchronous. Whoever inherits the log inherits them too.

/** Names of entries and what stands in them. */
export type Words = ReadonlyMap<string, string>

/** Where writing is synchronous, if this host has it and allows it. */
export function storage(): Storage | undefined {
  // Looking can throw, as with IndexedDB.
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}

/**
 * Leaves words under a page's key in place of those it left before; none at all leaves nothing. Whether they are left: storage
 * may be full, or forbidden.
 */
export function leaveWords(key: string, words: Words): boolean {
  try {
    const place = storage()
    if (words.size > 0) place?.setItem(key, JSON.stringify([...words]))
    else place?.removeItem(key)
    return place !== undefined
  } catch {
    return false
  }
}

/** The words of all pages whose keys begin with `prefix`. What somebody else wrote there is none. */
export function heardWords(prefix: string): Map<string, Words> {
  const heard = new Map<string, Words>()
  for (const key of Object.keys(storage() ?? {})) {
    if (!key.startsWith(prefix)) continue
    try {
      const said = JSON.parse(storage()?.getItem(key) ?? '[]') as [unknown, unknown][]
      heard.set(key, new Map(said.filter((pair): pair is [string, string] => pair.every(one => typeof one === 'string'))))
    } catch {
      heard.set(key, new Map())
    }
  }
  return heard
}
