import type { NextRequest } from 'next/server'
import { flags } from '@/lib/flags'

/** Decides every flag once per document, before anything is rendered. */
export function proxy(req: NextRequest) {
  return flags.proxy(req)
}

export const config = { matcher: ['/((?!api/|_next/static|_next/image|icon.svg|favicon.ico|about).*)'] }
