import { STATES } from '../words'
import type { VerdictState } from '../wire'
import { Icon } from './icon'

export function StateBadge({ state }: { state: VerdictState }) {
  const { label, tone, icon } = STATES[state]
  return (
    <span className="badge" data-tone={tone}>
      <Icon name={icon} />
      {label}
    </span>
  )
}

export function SrmBadge() {
  return (
    <span className="badge badge-loud" data-tone="alarm">
      <Icon name="alarm" />
      SRM alarm
    </span>
  )
}
