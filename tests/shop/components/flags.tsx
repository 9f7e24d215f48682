'use client'

import type { Snapshot } from 'isoflag'
import { FlagProvider } from 'isoflag/react'
import { createTracker, type Tracker } from 'isoflag/track'
import { createContext, use, useState, type ReactNode } from 'react'

interface Props {
  snapshot: Snapshot | null
  url: string | undefined
  clientKey: string | undefined
  children: ReactNode
}

const TrackerContext = createContext<Tracker | null>(null)

/** The shop's one client boundary for flags: the snapshot for `useFlag`, the tracker for exposures and events. */
export function Flags({ snapshot, url, clientKey, children }: Props) {
  const [tracker] = useState(() => (url && clientKey ? createTracker({ url, key: clientKey, snapshot }) : null))
  return (
    <TrackerContext value={tracker}>
      <FlagProvider snapshot={snapshot} tracker={tracker ?? undefined}>
        {children}
      </FlagProvider>
    </TrackerContext>
  )
}

/** Null when the shop runs without a worker, so call it as `tracker?.track(…)`. */
export function useTracker(): Tracker | null {
  return use(TrackerContext)
}
