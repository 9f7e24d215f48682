'use client'

import { useTransition } from 'react'
import { removeFromCart } from '@/app/actions'
import styles from './summary.module.css'

/** A plain button, not a form action: it sits inside the order form and must not submit it. */
export function RemoveLine({ slug, name }: { slug: string; name: string }) {
  const [pending, start] = useTransition()
  return (
    <button
      type="button"
      className={styles.remove}
      aria-label={`Remove ${name}`}
      disabled={pending}
      onClick={() => start(() => removeFromCart(slug))}
    >
      ×
    </button>
  )
}
