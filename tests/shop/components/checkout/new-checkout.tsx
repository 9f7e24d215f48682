import { price } from '@/lib/products'
import type { ArmProps } from './checkout'
import { Address, Contact, Payment } from './fields'
import styles from './new.module.css'

/** The treatment: one screen, the order beside the form, one button that says what it does. */
export function NewCheckout({ total, summary, state, onSubmit }: ArmProps) {
  return (
    <form className={styles.layout} onSubmit={onSubmit}>
      <div className={styles.form}>
        <p className="eyebrow">Almost yours</p>
        <h1>Where shall we send it?</h1>
        <Contact />
        <Address />
        <Payment />
      </div>
      <aside className={styles.aside} aria-label="Your order">
        <h2>Your order</h2>
        {summary}
        <p role="alert">{state.problem}</p>
        <button className="button" disabled={state.pending}>Pay {price(total)}</button>
        <ul className={styles.trust}>
          <li>Thirty days to send it back</li>
          <li>Ten years of spare parts</li>
        </ul>
      </aside>
    </form>
  )
}
