import type { Context } from 'isoflag'
import type { NextRequest } from 'next/server'

/** Where the visitor shops from and what they pay for. A real shop has a session; this one has three cookies. */
export const COUNTRY = 'country'
export const PLAN = 'plan'
export const STAFF = 'staff'

export const countries = { DE: 'Germany', AT: 'Austria', FR: 'France', NL: 'Netherlands', GB: 'United Kingdom', US: 'United States', JP: 'Japan' } as const
export const accounts = { free: 'Free account', pro: 'Pro', enterprise: 'Enterprise' } as const

/**
 * The attributes the rules in `flags/datafile.json` ask for. The visitor id is not among them: isoflag adds it
 * from its own cookie. A choice made on the visitor page wins over the country the CDN saw.
 */
export function attributes(req: NextRequest): Context {
  return {
    country: req.cookies.get(COUNTRY)?.value ?? req.headers.get('x-country') ?? undefined,
    plan: req.cookies.get(PLAN)?.value ?? 'free',
    staff: req.cookies.get(STAFF)?.value === 'yes',
  }
}
