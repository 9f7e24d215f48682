import { Exposure } from 'isoflag/react'
import type { Metadata } from 'next'
import { PlanCards } from '@/components/pricing/plan-cards'
import { PlanLines } from '@/components/pricing/plan-lines'
import { PlanTable } from '@/components/pricing/plan-table'
import { flag } from '@/lib/decided'
import styles from './pricing.module.css'

export const metadata: Metadata = { title: 'For cafés' }

type Layout = 'cards' | 'table' | 'compact'

const layouts = { cards: PlanCards, table: PlanTable, compact: PlanLines }

/** A server component paints the arm: whichever layout was decided, no code of the other two reaches the browser. */
export default async function PricingPage() {
  const variant = await flag<Layout>('pricing-layout', 'cards')
  const Plans = layouts[variant]
  return (
    <main data-experiment="pricing-layout" data-variant={variant}>
      <Exposure flag="pricing-layout" />
      <div className={styles.head}>
        <p className="eyebrow">For cafés and roasters</p>
        <h1>A bar that never waits for a part.</h1>
        <p className="quiet">Parts at cost, sharp burrs and a loan grinder while yours is on the bench. Change or stop every month.</p>
      </div>
      <Plans />
      <p className={styles.note}>Prices without VAT. Every plan covers tools of any age.</p>
    </main>
  )
}
