'use client'
// The hydration side: reads the snapshot the server decided, and nothing else. No engine, no wasm, no request: what the
// server painted is what the first client render paints.

import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { own } from './record.ts'
import type { FlagKey, FlagValue, FlagVariant, ReadFlag, Registered } from './register.ts'
import type { Tracker } from './track.ts'
import type { Json, Reason, Snapshot, SnapshotDecision } from './types.ts'

interface Held {
  readonly snapshot: Snapshot | null
  readonly tracker: Pick<Tracker, 'expose'> | undefined
}

const Flags = createContext<Held>({ snapshot: null, tracker: undefined })

export interface FlagProviderProps {
  /** What the server decided, e.g. `readSnapshot(await headers())`. Without one every flag gives its fallback. */
  readonly snapshot: Snapshot | null | undefined
  /** Where exposures are sent, from `createTracker`. Without one nothing is sent. */
  readonly tracker?: Pick<Tracker, 'expose'> | undefined
  readonly children?: ReactNode
}

/** Hands the decisions to the components below. */
export function FlagProvider({ snapshot = null, tracker, children }: FlagProviderProps): ReactElement {
  const held = useMemo(() => ({ snapshot, tracker }), [snapshot, tracker])
  return <Flags.Provider value={held}>{children}</Flags.Provider>
}

/** The decision, once it is sure to be shown: an effect runs only for what was mounted, never for a prefetch. */
function useShown(key: string, accepts: (decision: SnapshotDecision) => boolean): SnapshotDecision | undefined {
  const { snapshot, tracker } = useContext(Flags)
  const found = snapshot === null ? undefined : own(snapshot.decisions, key)
  const decision = found !== undefined && accepts(found) ? found : undefined
  useEffect(() => {
    // Mounting twice is harmless: the tracker sends an exposure once per run, unit and variant.
    if (decision?.exposure && snapshot) tracker?.expose({ ...decision.exposure, program: snapshot.program })
  }, [decision, snapshot, tracker])
  return decision
}

/**
 * The value of a flag; `fallback` when there is no decision or its value is of another type than the fallback. Where the
 * flag is an experiment, the exposure is sent once the component is mounted.
 *
 * ```tsx
 * const redesign = useFlag('checkout-redesign', 'control')
 * ```
 */
export const useFlag: ReadFlag = <T,>(key: string, fallback: T): T => {
  // A fallback of null says nothing about the type.
  const decision = useShown(key, ({ value }) => value !== undefined && (fallback == null || typeof value === typeof fallback))
  return decision === undefined ? fallback : (decision.value as T)
}

export interface ShownExperiment<T = Json, Variant extends string = string> {
  /** `null` when there is no decision: show the control. */
  readonly variant: Variant | null
  readonly value: T | undefined
  /** Whether this visitor counts in the experiment. */
  readonly enrolled: boolean
  readonly reason: Reason | null
}

/** The variant of an experiment, by name. The exposure is sent once the component is mounted. */
export const useExperiment: Registered<
  <Key extends FlagKey>(key: Key) => ShownExperiment<FlagValue<Key>, FlagVariant<Key>>,
  <T = Json>(key: string) => ShownExperiment<T>
> = <T,>(key: string): ShownExperiment<T> => {
  const decision = useShown(key, () => true)
  return {
    variant: decision?.variant ?? null,
    value: decision?.value as T | undefined,
    enrolled: !!decision?.exposure,
    reason: decision?.reason ?? null,
  }
}
