import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { Checkout } from '@/components/checkout/checkout'
import { Summary } from '@/components/checkout/summary'
import { CART, readCart, subtotal } from '@/lib/cart'
import { flag } from '@/lib/decided'
import { shipping } from '@/lib/shipping'
import styles from './checkout.module.css'

export const metadata: Metadata = { title: 'Checkout' }

export default async function CheckoutPage() {
  const cart = readCart((await cookies()).get(CART)?.value)
  if (cart.length === 0) {
    return (
      <main className={styles.empty}>
        <h1>Your cart is empty</h1>
        <p className="quiet">Six tools are waiting for you on the shelf.</p>
        <Link href="/" className="button">See the tools</Link>
      </main>
    )
  }
  const goods = subtotal(cart)
  const cost = shipping(goods, await flag('free-shipping-banner', false))
  return <Checkout total={goods + cost} summary={<Summary cart={cart} shipping={cost} />} />
}
