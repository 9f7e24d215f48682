import { NextResponse, type NextRequest } from 'next/server'
import { accounts, COUNTRY, countries, PLAN, STAFF } from '@/lib/visitor'

/** A plain form post and a plain redirect: the next document is decided with the new attributes. */
export async function POST(req: NextRequest) {
  const form = await req.formData()
  // A relative address, because behind a proxy the server does not know the name the browser used.
  const res = new NextResponse(null, { status: 303, headers: { location: '/visitor' } })
  choose(COUNTRY, countries)
  choose(PLAN, accounts)
  if (form.get(STAFF) === 'yes') res.cookies.set(STAFF, 'yes', { path: '/', sameSite: 'lax' })
  else res.cookies.delete(STAFF)
  if (form.get('fresh')) res.cookies.delete('isoflag_vid')
  return res

  function choose(name: string, known: object) {
    const value = String(form.get(name) ?? '')
    if (Object.hasOwn(known, value)) res.cookies.set(name, value, { path: '/', sameSite: 'lax' })
    else res.cookies.delete(name)
  }
}
