import { features, plans } from '@/lib/plans'
import { ChoosePlan } from './choose-plan'
import styles from './plan-lines.module.css'

/** The compact arm: one line a plan, the details folded away. */
export function PlanLines() {
  return (
    <ul className={styles.lines}>
      {plans.map((plan, column) => (
        <li key={plan.key} className={styles.line}>
          <div>
            <h2>{plan.name}</h2>
            <p className="quiet">{plan.for}</p>
          </div>
          <p className={styles.price}>
            €{plan.euros} <span>{plan.per}</span>
          </p>
          <ChoosePlan plan={plan.key} name={plan.name} quiet={!plan.popular} />
          <details className={styles.details}>
            <summary>What is in it</summary>
            <p>
              {features
                .filter(([, ...answers]) => answers[column] !== '—')
                .map(([name, ...answers]) => `${name}: ${answers[column]?.toLowerCase()}`)
                .join(' · ')}
            </p>
          </details>
        </li>
      ))}
    </ul>
  )
}
