import type { NextRequest } from 'next/server'
import { flags } from '@/lib/flags'

/**
 * Decides every flag once per request, before anything is rendered. It also runs for the static pages: whoever lands there
 * first gets a visitor id with the document, and the flags are right when they move on by a client-side link.
 */
export function proxy(req: NextRequest) {
  return flags.proxy(req)
}

export const config = { matcher: ['/((?!api/|_next/static|_next/image|icon.svg|favicon.ico).*)'] }
