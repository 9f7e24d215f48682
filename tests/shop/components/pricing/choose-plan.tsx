'use client'

import { useState } from 'react'
import { useTracker } from '@/components/flags'
import type { Plan } from '@/lib/plans'

export function ChoosePlan({ plan, name, quiet = false }: { plan: Plan['key']; name: string; quiet?: boolean }) {
  const tracker = useTracker()
  const [chosen, setChosen] = useState(false)
  return (
    <button
      type="button"
      className={quiet ? 'button plain' : 'button'}
      aria-pressed={chosen}
      onClick={() => {
        if (!chosen) tracker?.track('plan_chosen', { plan })
        setChosen(true)
      }}
    >
      {chosen ? `${name} chosen ✓` : `Choose ${name}`}
    </button>
  )
}
