import styles from './fields.module.css'

/** The same fields in both arms: the experiment is about the layout, so nothing else may differ. */
export function Contact() {
  return (
    <div className={styles.pair}>
      <label className="field">
        Full name
        <input name="name" autoComplete="name" required />
      </label>
      <label className="field">
        Email
        <input name="email" type="email" autoComplete="email" required />
      </label>
    </div>
  )
}

export function Address() {
  return (
    <div className={styles.address}>
      <label className="field">
        Street and number
        <input name="street" autoComplete="street-address" required />
      </label>
      <label className="field">
        Postcode
        <input name="postcode" autoComplete="postal-code" required />
      </label>
      <label className="field">
        City
        <input name="city" autoComplete="address-level2" required />
      </label>
    </div>
  )
}

export function Payment() {
  return (
    <fieldset className={styles.payment}>
      <legend className={styles.legend}>How would you like to pay?</legend>
      <label>
        <input type="radio" name="payment" value="invoice" defaultChecked /> Invoice, 14 days
      </label>
      <label>
        <input type="radio" name="payment" value="transfer" /> Bank transfer
      </label>
    </fieldset>
  )
}
