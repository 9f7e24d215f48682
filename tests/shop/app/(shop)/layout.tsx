import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { Flags } from '@/components/flags'
import { SiteFooter } from '@/components/site-footer'
import { SiteHeader } from '@/components/site-header'
import { CART, pieces, readCart } from '@/lib/cart'
import { decided } from '@/lib/decided'

/**
 * Hands the snapshot of this request to the browser, together with the address and the client key for events.
 * Both come from here and not from `NEXT_PUBLIC_…`, which a build would have frozen.
 */
export default async function ShopLayout({ children }: { children: ReactNode }) {
  const jar = await cookies()
  return (
    <Flags
      snapshot={await decided()}
      url={process.env.ISOFLAG_PUBLIC_URL ?? process.env.ISOFLAG_URL}
      clientKey={process.env.ISOFLAG_CLIENT_KEY}
    >
      <SiteHeader pieces={pieces(readCart(jar.get(CART)?.value))} />
      {children}
      <SiteFooter />
    </Flags>
  )
}
