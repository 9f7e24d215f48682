// Where a unit falls, from the text of src/engine/src/bucket.rs.

import { sip13, sip24x128 } from './siphash.ts'

const encoder = new TextEncoder()
const WHOLE = 1n << 32n

/** A published key is sixteen ASCII bytes, read as two little-endian words. */
const half = (eight: string): bigint => new DataView(encoder.encode(eight).buffer).getBigUint64(0, true)
const PUBLISHED = [half('isoflag.'), half('bucket/1')] as const

const keys = new Map<string, readonly [bigint, bigint]>()

function key(salt: string): readonly [bigint, bigint] {
  let found = keys.get(salt)
  if (!found) {
    if (keys.size > 100_000) keys.clear()
    keys.set(salt, (found = sip24x128(PUBLISHED[0], PUBLISHED[1], encoder.encode(salt))))
  }
  return found
}

/** The position of a unit under a salt, 0 to 2³² − 1. `encode` writes an unpaired surrogate as U+FFFD. */
export function position(salt: string, unit: string): bigint {
  const [k0, k1] = key(salt)
  return sip13(k0, k1, encoder.encode(unit)) >> 32n
}

/** The bucket people see. */
export const bucket = (at: bigint): number => Number((at * 10_000n) >> 32n)

const up = (parts: bigint, whole: bigint): bigint => (parts * WHOLE + whole - 1n) / whole

/** Percent with at most two decimals, in basis points. */
const points = (percent: number): bigint => BigInt(Math.round(percent * 100))

/** The smallest position outside the first `percent` of all; for 100 that is 2³², which no position reaches. */
export const cut = (percent: number): bigint => up(points(percent), 10_000n)

/** The index of the arm whose share of the line a position falls into. */
export function armAt(at: bigint, arms: readonly { readonly weight?: number }[]): number {
  let sum = 0n
  for (const [index, { weight }] of arms.entries()) {
    sum += weight === undefined ? 1n : points(weight)
    if (at < up(sum, weight === undefined ? BigInt(arms.length) : 10_000n)) return index
  }
  throw new Error('the arms of a split leave a gap')
}
