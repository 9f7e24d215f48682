// The value of an attribute as the engine knows values: text, number, boolean, a list of those, or missing.

import { own } from '../record.ts'
import type { Context } from '../types.ts'
import { wellFormed } from './text.ts'

type Scalar = string | number | boolean

/**
 * Reads an attribute: by its whole name, else along `path` through nested objects, by own properties only. A `Date` is its
 * number of milliseconds, a list keeps the members it may have, and whatever throws is missing.
 */
export function attribute(context: Context, name: string, path?: readonly string[]): Scalar | Scalar[] | undefined {
  try {
    const whole = member(context, name)
    const value = whole === undefined ? path?.reduce(member, context as unknown) : whole
    if (isScalar(value)) return value
    if (Array.isArray(value)) return Array.from(value).filter(isScalar)
    if (value == null) return undefined
    // Throws for what is no date, and takes one of another realm, which `instanceof` does not.
    const time = getTime.call(value as Date)
    return Number.isNaN(time) ? undefined : time
  } catch {
    return undefined
  }
}

const { getTime } = Date.prototype

/** What an object itself has: what it inherits may be anybody's, when `Object.prototype` was polluted. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? own(value as Record<string, unknown>, name) : undefined
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The text of a unit as the engine hashed it; a number that decided is a safe integer, in decimal. */
export function unitText(value: ReturnType<typeof attribute>): string | undefined {
  return typeof value === 'string' ? wellFormed(value) : Number.isSafeInteger(value) ? String(value) : undefined
}
