// Events as they wait and travel. An event is serialised when it is tracked: what the caller changes later does not matter,
// and its size is known.

export interface Item {
  readonly json: string
  readonly bytes: number
  /** What it is called in the log of this device; empty where there is none. */
  readonly name: string
  /** Handed to the browser on the way out, with no answer to wait for. */
  beaconed: boolean
}

/** A beacon or a keepalive request may carry 64 KiB, all that are under way together; every batch fits one. */
export const MAX_BYTES = 60_000
export const MAX_EVENTS = 200

const encoder = new TextEncoder()

/** Writes an event as it will be sent. Throws what `JSON.stringify` throws. */
export function makeItem(event: unknown, name = ''): Item {
  // `JSON.stringify` writes lone surrogates as escapes, which strict parsers refuse: one would sink its whole batch.
  const json = JSON.stringify(event).replace(/\\(ud[89a-f][0-9a-f]{2}|.)/g, (all, escape: string) =>
    escape.length > 1 ? '\\ufffd' : all,
  )
  return storedItem(json, name)
}

/** An item as it was written before. */
export function storedItem(json: string, name: string): Item {
  return { json, bytes: encoder.encode(json).length, name, beaconed: false }
}

/** The first items that fit one batch of `most` bytes; at least one. */
export function cut(items: readonly Item[], most: number = MAX_BYTES): Item[] {
  let bytes = 0
  let many = 0
  for (const item of items) {
    bytes += item.bytes + 1
    if (many > 0 && (bytes > most || many === MAX_EVENTS)) break
    many++
  }
  return items.slice(0, many)
}

/** A batch on its way. `about` is what else it says, fields with a comma behind each. */
export function bodyOf(items: readonly Item[], about = ''): string {
  return `{"sentAt":${Date.now()},${about}"events":[${items.map(item => item.json).join(',')}]}`
}
