import type { Metadata } from 'next'
import { Summary } from '@/components/checkout/summary'
import { readCart } from '@/lib/cart'
import { LateCheckout } from './late-checkout'

export const metadata: Metadata = { title: 'How not to do it', robots: { index: false } }

/** The negative control of the flicker proof: the same two arms, decided too late. The proof must fail here. */
export default function FlickerPage() {
  return <LateCheckout total={28_00} summary={<Summary cart={readCart('cove-dripper:1')} shipping={0} placed />} />
}
