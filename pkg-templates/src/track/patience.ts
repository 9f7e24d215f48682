// Patience outlives the page that was asked for it: a visitor who goes on to the next page, or has it in two tabs, is still the
// one a busy worker told to wait. It is a note beside the log of this device, and goes with it.

import { storage } from './words.ts'

export interface Patience {
  /** Nothing is sent before. */
  readonly until: number
  /** How often it failed: the next pause is longer than the last. */
  readonly failures: number
}

export const NO_PATIENCE: Patience = { until: 0, failures: 0 }

/** The longest pause there is: an hour that was asked for and a minute on top. What is more was noted by another clock. */
const LONGEST_MS = 3_660_000

/** Notes a pause in place of the one before; one that is over is removed. */
export function keepPatience(key: string, { until, failures }: Patience): void {
  try {
    if (until > 0) storage()?.setItem(key, `${until} ${failures}`)
    else storage()?.removeItem(key)
  } catch {
    // Full, or forbidden: then it is this page's alone.
  }
}

/** The pause that was noted. What somebody else wrote there is none. */
export function keptPatience(key: string): Patience {
  let note: string | null = null
  try {
    note = storage()?.getItem(key) ?? null
  } catch {
    // As above.
  }
  const [until = 0, failures = 0] = (note ?? '').split(' ').map(Number)
  return until <= Date.now() + LONGEST_MS && failures > 0 && failures < 1000 ? { until, failures } : NO_PATIENCE
}
