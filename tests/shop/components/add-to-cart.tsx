'use client'

import { useFlag } from 'isoflag/react'
import { useActionState } from 'react'
import { FREE_FROM } from '@/lib/shipping'
import { price } from '@/lib/products'
import styles from './add-to-cart.module.css'

/** A client component reading the same decision as the server: `useFlag` looks at the snapshot and nothing else. */
export function AddToCart({ action }: { action: () => Promise<number> }) {
  const freeShipping = useFlag('free-shipping-banner', false)
  const [inCart, submit, pending] = useActionState(action, 0)
  return (
    <form action={submit} className={styles.form}>
      <button className="button" disabled={pending}>Add to cart</button>
      <p className="quiet" role="status">
        {inCart > 0 ? `Added. ${inCart} in your cart.` : freeShipping ? `Free shipping from ${price(FREE_FROM)}` : 'Shipped in two days'}
      </p>
    </form>
  )
}
