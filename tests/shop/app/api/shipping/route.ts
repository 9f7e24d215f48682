import type { NextRequest } from 'next/server'
import { flags } from '@/lib/flags'
import { shipping } from '@/lib/shipping'

/** Route handlers get no snapshot (the proxy skips `/api`), so this one asks the engine for the single flag it needs. */
export async function GET(req: NextRequest) {
  const cents = Number(req.nextUrl.searchParams.get('cents'))
  if (!Number.isSafeInteger(cents) || cents < 0) {
    return Response.json({ error: '`cents` must be a whole number of cents' }, { status: 400 })
  }
  const free = await flags.getFlag('free-shipping-banner', req, false)
  return Response.json({ cents: shipping(cents, free), days: 'two to three days' })
}
