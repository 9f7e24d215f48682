import { Icon, type IconName } from '../../parts/icon'
import { Prose } from '../../parts/prose'
import type { Report } from '../../wire'

const ICONS: Readonly<Record<Report['checks'][number]['state'], readonly [IconName, string]>> = {
  passed: ['yes', 'passed'],
  open: ['busy', 'not yet'],
  failed: ['no', 'failed'],
}

/** What was checked between the figures and the verdict: the list to go through before anything is shipped. */
export function Checks({ report: { checks } }: { report: Report }) {
  return (
    <section className="card" aria-labelledby="checks">
      <div className="section-head">
        <h2 id="checks">What was checked</h2>
      </div>
      <ul className="checks">
        {checks.map(({ name, state, words }) => (
          <li key={name} data-state={state}>
            <Icon name={ICONS[state][0]} />
            <span>
              <b>{name}</b> <span className="tag">{ICONS[state][1]}</span> <Prose>{words}</Prose>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
