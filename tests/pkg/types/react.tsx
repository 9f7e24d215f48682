import type { Snapshot } from 'isoflag'
import { Exposure, FlagProvider, useDecision, useExperiment, useFlag } from 'isoflag/react'
import { createTracker } from 'isoflag/track'

declare const snapshot: Snapshot | null
const tracker = createTracker({ url: 'https://x', key: 'k', snapshot })

export function Page() {
  const text: string = useFlag('a', 'control')
  const switched: boolean = useFlag('b', false)
  const amount: number = useFlag('c', 1)
  const narrow: 'x' | 'y' = useFlag<'x' | 'y'>('d', 'x')
  const rows: { rows: number[] } = useFlag('e', { rows: [1] })
  // Not narrowed to the fallback: the other variants must be comparable.
  const other: boolean = useFlag('a', 'control') === 'new-checkout'
  // @ts-expect-error the value has the fallback's type
  const wrong: number = useFlag('a', 'control')
  // @ts-expect-error a fallback is needed
  useFlag('a')
  // @ts-expect-error not one of the two
  useFlag<'x' | 'y'>('d', 'z')
  const { variant, value, enrolled } = useExperiment<string>('x')
  // @ts-expect-error there may be no variant
  const name: string = variant
  // @ts-expect-error nor a value
  const certain: string = value
  const { variant: decided, expose } = useDecision('x')
  const shown: void = expose()
  // @ts-expect-error there may be none here either
  const decidedName: string = decided
  return <p>{[shown, decidedName, text, switched, amount, narrow, rows.rows, other, wrong, name, certain, enrolled].join()}</p>
}

export const tree = (
  <FlagProvider snapshot={snapshot} tracker={tracker}>
    <Page />
  </FlagProvider>
)
export const marks = [<Exposure flag="a" />, <Exposure flag="a" when="visible" />]
// @ts-expect-error there are two moments
export const never = <Exposure flag="a" when="never" />
export const bare = <FlagProvider snapshot={undefined} />
// @ts-expect-error a snapshot must be given, if only null
export const without = <FlagProvider />
// @ts-expect-error an encoded snapshot has to be decoded first
export const encoded = <FlagProvider snapshot="[1]" />
