import { features, plans } from '@/lib/plans'
import { ChoosePlan } from './choose-plan'
import styles from './plan-table.module.css'

export function PlanTable() {
  return (
    // Focusable, so that a keyboard can scroll it where the window is narrower than the table.
    <div className={styles.scroll} role="region" aria-label="Comparison of plans" tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">What each plan includes</caption>
        <thead>
          <tr>
            <td />
            {plans.map(plan => (
              <th key={plan.key} scope="col" className={plan.popular ? styles.popular : undefined}>
                <span className={styles.name}>{plan.name}</span>
                <span className={styles.price}>
                  €{plan.euros} <small>{plan.per}</small>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {features.map(([name, ...answers]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {answers.map((answer, column) => (
                <td key={column} className={plans[column]?.popular ? styles.popular : undefined}>
                  {answer}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td />
            {plans.map(plan => (
              <td key={plan.key} className={plan.popular ? styles.popular : undefined}>
                <ChoosePlan plan={plan.key} name={plan.name} quiet={!plan.popular} />
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
