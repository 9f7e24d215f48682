import type { Json } from 'isoflag'
import { createNextFlags, readFlag, readSnapshot } from 'isoflag/next'
import { type NextFetchEvent, type NextRequest, NextResponse } from 'next/server.js'

const flags = createNextFlags({
  url: 'https://x',
  key: 'k',
  cookieOptions: { sameSite: 'lax' },
  attributes: req => ({ country: req.headers.get('x-country'), path: req.nextUrl.pathname }),
})
createNextFlags({
  url: 'https://x',
  key: 'k',
  // @ts-expect-error not a policy
  cookieOptions: { sameSite: 'maybe' },
})
createNextFlags({ url: 'https://x', key: 'k', attributes: () => ({ list: [] }), overrides: req => ({ x: req.url }), sticky: async () => undefined })
// @ts-expect-error a function is no attribute
createNextFlags({ url: 'https://x', key: 'k', attributes: () => ({ late: () => 1 }) })

export const proxy: (req: NextRequest, event: NextFetchEvent) => Promise<NextResponse> = flags.proxy
export const chained = (req: NextRequest): Promise<NextResponse> => flags.proxy(req, NextResponse.next())

export async function GET(req: NextRequest): Promise<string> {
  const text: string = await flags.getFlag('a', req, 'control')
  const amount: number = await flags.getFlag('b', req, 1)
  const any: Json | undefined = await flags.getFlag('c', req)
  // @ts-expect-error the request says who is asking
  await flags.getFlag('a')
  // @ts-expect-error without a fallback there may be nothing
  const certain: Json = await flags.getFlag('c', req)
  const snapshot = readSnapshot(req.headers)
  // @ts-expect-error the proxy may not have run
  snapshot.decisions
  const switched: boolean = readFlag(snapshot, 'd', false)
  return [text, amount, any, certain, switched].join()
}
