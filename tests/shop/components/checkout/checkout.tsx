'use client'

import { useExperiment } from 'isoflag/react'
import { useEffect, useState, type FormEvent, type ReactNode } from 'react'
import { useTracker } from '@/components/flags'
import { NewCheckout } from './new-checkout'
import { SectionedCheckout } from './sectioned-checkout'

export interface CheckoutProps {
  total: number
  summary: ReactNode
}

export interface FormState {
  readonly pending: boolean
  readonly problem: string
}

/**
 * The experiment. `useExperiment` reads the snapshot, so the server and the browser paint the same arm, and it logs
 * the exposure: whoever never reaches the checkout is no part of the test.
 */
export function Checkout({ total, summary }: CheckoutProps) {
  const { variant } = useExperiment('checkout-redesign')
  const tracker = useTracker()
  const [state, setState] = useState<FormState>({ pending: false, problem: '' })

  useEffect(() => {
    tracker?.track('checkout_started')
  }, [tracker])

  async function order(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setState({ pending: true, problem: '' })
    const res = await fetch('/api/orders', { method: 'POST', body: new FormData(event.currentTarget) }).catch(() => null)
    if (!res?.ok) return setState({ pending: false, problem: 'The order did not go through. Please try once more.' })
    const { id, cents } = (await res.json()) as { id: string; cents: number }
    tracker?.track('checkout_completed', { value: cents / 100 })
    tracker?.track('revenue', { value: cents / 100 })
    // Leaves the document at once: the tracker sends what it holds when the page hides.
    location.assign(`/order/${id}`)
  }

  const Arm = variant === 'new-checkout' ? NewCheckout : SectionedCheckout
  return (
    <main data-experiment="checkout-redesign" data-variant={variant ?? 'control'}>
      <Arm total={total} summary={summary} state={state} onSubmit={order} />
    </main>
  )
}

export interface ArmProps extends CheckoutProps {
  state: FormState
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
}
