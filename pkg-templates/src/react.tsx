'use client'
// The hydration side: reads the snapshot the server decided, and nothing else. No engine, no wasm, no request: what the
// server painted is what the first client render paints.

import { createContext, type ReactElement, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef } from 'react'
import { own } from './record.ts'
import type { FlagKey, FlagValue, FlagVariant, ReadFlag, Registered } from './register.ts'
import type { Tracker } from './track.ts'
import type { Json, Reason, Snapshot, SnapshotDecision } from './types.ts'

interface Held {
  readonly snapshot: Snapshot | null
  readonly tracker: Tracker | undefined
}

/** What components find that stand below no provider. */
const ALONE: Held = { snapshot: null, tracker: undefined }
const Flags = createContext(ALONE)

let warned = false

/** What the provider holds. Without one there are fallbacks and no exposures, in silence; so it is said once, while the app is made. */
function useHeld(wanted: string): Held {
  const held = useContext(Flags)
  if (typeof process === 'object' && process.env.NODE_ENV !== 'production' && held === ALONE && !warned) {
    warned = true
    console.warn(`isoflag: \`${wanted}\` is read where there is no \`<FlagProvider>\` above: flags give their fallbacks there, and nothing is sent`)
  }
  return held
}

export interface FlagProviderProps {
  /** What the server decided, e.g. `readSnapshot(await headers())`. Without one every flag gives its fallback. */
  readonly snapshot: Snapshot | null | undefined
  /** Where exposures are sent, from `createTracker`. Without one nothing is sent. */
  readonly tracker?: Tracker | undefined
  readonly children?: ReactNode
}

/** Hands the decisions to the components below. */
export function FlagProvider({ snapshot = null, tracker, children }: FlagProviderProps): ReactElement {
  const held = useMemo(() => ({ snapshot, tracker }), [snapshot, tracker])
  return <Flags.Provider value={held}>{children}</Flags.Provider>
}

/** The tracker the provider was given, for events of your own; `undefined` where it was given none. */
export function useTracker(): Tracker | undefined {
  return useHeld('useTracker()').tracker
}

interface Decided {
  readonly decision: SnapshotDecision | undefined
  readonly expose: () => void
}

function useDecided(key: string, accepts: (decision: SnapshotDecision) => boolean): Decided {
  const { snapshot, tracker } = useHeld(key)
  const found = snapshot === null ? undefined : own(snapshot.decisions, key)
  const decision = found !== undefined && accepts(found) ? found : undefined
  const expose = useCallback(() => {
    // Twice is harmless: the tracker sends an exposure once per run, unit and variant.
    if (decision?.exposure) tracker?.expose(decision.exposure)
  }, [decision, tracker])
  return { decision, expose }
}

/** The decision, once it is sure to be shown: an effect runs only for what was mounted, never for a prefetch. */
function useShown(key: string, accepts: (decision: SnapshotDecision) => boolean): SnapshotDecision | undefined {
  const { decision, expose } = useDecided(key, accepts)
  useEffect(expose, [expose])
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

function shown<T>(decision: SnapshotDecision | undefined): ShownExperiment<T> {
  return {
    variant: decision?.variant ?? null,
    value: decision?.value as T | undefined,
    enrolled: !!decision?.exposure,
    reason: decision?.reason ?? null,
  }
}

const any = (): boolean => true

/** The variant of an experiment, by name. The exposure is sent once the component is mounted. */
export const useExperiment: Registered<
  <Key extends FlagKey>(key: Key) => ShownExperiment<FlagValue<Key>, FlagVariant<Key>>,
  <T = Json>(key: string) => ShownExperiment<T>
> = <T,>(key: string): ShownExperiment<T> => shown(useShown(key, any))

export interface DecidedExperiment<T = Json, Variant extends string = string> extends ShownExperiment<T, Variant> {
  /** Sends the exposure. The same function as long as the decision is the same. */
  readonly expose: () => void
}

/**
 * The variant of an experiment, read without an exposure: what is decided here may be shown later, or never. Whoever shows it calls
 * `expose`.
 *
 * ```tsx
 * const { variant, expose } = useDecision('checkout-redesign')
 * return <button onClick={() => (expose(), open(variant))}>Checkout</button>
 * ```
 */
export const useDecision: Registered<
  <Key extends FlagKey>(key: Key) => DecidedExperiment<FlagValue<Key>, FlagVariant<Key>>,
  <T = Json>(key: string) => DecidedExperiment<T>
> = <T,>(key: string): DecidedExperiment<T> => {
  const { decision, expose } = useDecided(key, any)
  return { ...shown<T>(decision), expose }
}

export interface ExposureProps {
  readonly flag: FlagKey
  /** `mounted` by default; `visible`: when the place it stands in is scrolled into view. */
  readonly when?: 'mounted' | 'visible'
}

/** Stands beside what a *server* component painted, and sends its exposure: `<Exposure flag="checkout-redesign" />`. */
export function Exposure({ flag, when = 'mounted' }: ExposureProps): ReactElement | null {
  const { expose } = useDecided(flag, any)
  const place = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const marker = place.current
    if (marker === null || typeof IntersectionObserver === 'undefined') return expose()
    const observer = new IntersectionObserver(seen => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return
      observer.disconnect()
      expose()
    })
    observer.observe(marker)
    return () => observer.disconnect()
  }, [expose, when])
  return when === 'visible' ? <span ref={place} aria-hidden="true" style={MARKER} /> : null
}

// As tall as the line, so that it is seen with what it stands beside, and no wider than nothing.
const MARKER = { display: 'inline-block', width: 0, height: '1em' } as const
