import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Summary } from '@/components/checkout/summary'
import { readCart } from '@/lib/cart'
import { ORDER, readOrder } from '@/lib/order'
import styles from './order.module.css'

export const metadata: Metadata = { title: 'Thank you' }

export default async function OrderPage({ params }: { params: Promise<{ id: string }> }) {
  const order = readOrder((await cookies()).get(ORDER)?.value)
  if (!order || order.id !== (await params).id) notFound()
  return (
    <main className={styles.page}>
      <p className="eyebrow">Order {order.id}</p>
      <h1>Thank you{order.name ? `, ${order.name}` : ''}.</h1>
      <p className="quiet">We are packing it now. It leaves the workshop within two days.</p>
      <div className={styles.card}>
        <Summary cart={readCart(order.cart)} shipping={order.shipping} placed />
      </div>
      <Link href="/" className="button plain">Back to the tools</Link>
    </main>
  )
}
