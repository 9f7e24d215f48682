'use client'

import { useExperiment } from 'isoflag/react'
import { useEffect, useState } from 'react'
import type { CheckoutProps } from '@/components/checkout/checkout'
import { NewCheckout } from '@/components/checkout/new-checkout'
import { SectionedCheckout } from '@/components/checkout/sectioned-checkout'

/**
 * What most browser SDKs do: paint a default, then decide in an effect. Even with the decision already at hand, the
 * first HTML is wrong for half the visitors and the page jumps once the script has run.
 */
export function LateCheckout({ total, summary }: CheckoutProps) {
  const { variant } = useExperiment('checkout-redesign')
  const [painted, paint] = useState('control')
  useEffect(() => paint(variant ?? 'control'), [variant])

  const Arm = painted === 'new-checkout' ? NewCheckout : SectionedCheckout
  return (
    <main data-experiment="checkout-redesign" data-variant={painted}>
      <Arm total={total} summary={summary} state={{ pending: false, problem: '' }} onSubmit={event => event.preventDefault()} />
    </main>
  )
}
