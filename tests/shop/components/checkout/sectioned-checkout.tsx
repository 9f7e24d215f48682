import { price } from '@/lib/products'
import type { ArmProps } from './checkout'
import { Address, Contact, Payment } from './fields'
import styles from './sectioned.module.css'

/** The control: three stacked sections, then what it costs. */
export function SectionedCheckout({ total, summary, state, onSubmit }: ArmProps) {
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <h1>Checkout</h1>
      <section className={styles.section}>
        <h2>1. Contact</h2>
        <Contact />
      </section>
      <section className={styles.section}>
        <h2>2. Delivery address</h2>
        <Address />
      </section>
      <section className={styles.section}>
        <h2>3. Payment</h2>
        <Payment />
      </section>
      <section className={styles.section}>
        <h2>Your order</h2>
        {summary}
      </section>
      <p role="alert">{state.problem}</p>
      <button className="button" disabled={state.pending}>Place order for {price(total)}</button>
    </form>
  )
}
