// Next carries changed request headers in the proxy's response: `x-middleware-override-headers` names all headers the page
// gets, `x-middleware-request-<name>` gives each. `NextResponse.next` writes them; here they are moved to a response that exists.

import type { NextResponse } from 'next/server.js'

const LIST = 'x-middleware-override-headers'
const VALUE = 'x-middleware-request-'

/** Adds the request headers `names` of `made` to `given`, keeping the overrides `given` has already. */
export function overrideRequest(given: NextResponse, made: NextResponse, names: readonly string[]): NextResponse {
  const { headers } = given
  // A redirect or an answer of its own has no page behind it.
  if (headers.get('x-middleware-next') === null && headers.get('x-middleware-rewrite') === null) return given
  const listed = headers.get(LIST)
  const wanted = listed === null ? (made.headers.get(LIST)?.split(',') ?? []) : names
  const all = new Set(listed === null ? [] : listed.split(','))
  for (const name of wanted) {
    const value = made.headers.get(VALUE + name)
    if (value === null) continue
    all.add(name)
    headers.set(VALUE + name, value)
  }
  headers.set(LIST, [...all].join(','))
  return given
}
