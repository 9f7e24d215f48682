import { features, plans } from '@/lib/plans'
import { ChoosePlan } from './choose-plan'
import styles from './plan-cards.module.css'

export function PlanCards() {
  return (
    <ul className={styles.cards}>
      {plans.map((plan, column) => (
        <li key={plan.key} className={plan.popular ? `${styles.card} ${styles.popular}` : styles.card}>
          {plan.popular ? <span className={styles.badge}>Most cafés</span> : null}
          <h2>{plan.name}</h2>
          <p className="quiet">{plan.for}</p>
          <p className={styles.price}>
            €{plan.euros} <span>{plan.per}</span>
          </p>
          <ChoosePlan plan={plan.key} name={plan.name} quiet={!plan.popular} />
          <ul className={styles.features}>
            {features.map(([name, ...answers]) => (
              <li key={name} className={answers[column] === '—' ? styles.without : undefined}>
                <span>{name}</span>
                <strong>{answers[column]}</strong>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  )
}
