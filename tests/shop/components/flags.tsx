'use client'

import type { Snapshot } from 'isoflag'
import { FlagProvider } from 'isoflag/react'
import { createTracker, type Tracker } from 'isoflag/track'
import { createContext, use, useState, type ReactNode } from 'react'

interface Props {
  snapshot: Snapshot | null
  url: string | null
  clientKey: string | null
  children: ReactNode
}

const TrackerContext = createContext<Tracker | null>(null)

/** The shop's one client boundary for flags: the snapshot for `useFlag`, the tracker for exposures and events. */
export function Flags({ snapshot, url, clientKey, children }: Props) {
  const [tracker] = useState(() =>
    typeof window !== 'undefined' && snapshot && url && clientKey
      ? createTracker({ url, key: clientKey, units: snapshot.units })
      : null,
  )
  return (
    <TrackerContext value={tracker}>
      <FlagProvider snapshot={snapshot} {...(tracker && { tracker })}>
        {children}
      </FlagProvider>
    </TrackerContext>
  )
}

/** Null on the server and when the shop runs without a worker: call it as `tracker?.track(…)`. */
export function useTracker(): Tracker | null {
  return use(TrackerContext)
}
