// What a request wants, as far as its headers tell.

interface Asked {
  readonly method: string
  readonly headers: { get(name: string): string | null }
}

/** Whether a browser asks in advance for what may never be shown. */
export function isPrefetch({ headers }: Pick<Asked, 'headers'>): boolean {
  if (headers.get('next-router-prefetch') !== null) return true
  return /prefetch|prerender|preview/i.test(['purpose', 'sec-purpose', 'x-purpose', 'x-moz'].map(name => headers.get(name)).join())
}

/**
 * Whether a browser is asking for a page it will show. Only then is a visitor made: a prefetch may never be shown, and
 * whoever calls an API or fetches an asset without the cookie would be a new visitor each time.
 */
export function wantsDocument(asked: Asked): boolean {
  const { method, headers } = asked
  if (method !== 'GET' || headers.get('rsc') !== null || isPrefetch(asked)) return false
  const destination = headers.get('sec-fetch-dest')
  if (destination !== null) return destination === 'document'
  // Browsers before 2023 and plain http clients say no destination.
  return headers.get('accept')?.includes('text/html') ?? false
}

/** The visitor's id, if the cookie holds something that could be one. */
export function cookieValue(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined
}

/** One cookie of a `Cookie` header, as sent. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}
