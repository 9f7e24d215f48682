'use client'

import { useExperiment } from 'isoflag/react'

/** Put next to what a *server* component painted: tells the tracker that this visitor has now seen it. */
export function Exposed({ to }: { to: string }) {
  useExperiment(to)
  return null
}
