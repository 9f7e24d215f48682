'use client'

import { useState } from 'react'
import { price } from '@/lib/products'
import styles from './delivery-estimate.module.css'

/** Asks the route handler, which decides the flag again from the request: the answer agrees with the page. */
export function DeliveryEstimate({ cents }: { cents: number }) {
  const [answer, setAnswer] = useState('')
  async function ask() {
    const res = await fetch(`/api/shipping?cents=${cents}`)
    if (!res.ok) return setAnswer('No estimate right now, please try again.')
    const { cents: cost, days } = (await res.json()) as { cents: number; days: string }
    setAnswer(`${cost === 0 ? 'Free' : price(cost)}, at your door in ${days}.`)
  }
  return (
    <p className={styles.estimate}>
      <button type="button" onClick={ask}>What does shipping cost?</button> <span role="status">{answer}</span>
    </p>
  )
}
