// The value of an attribute as the engine knows values: text, number, boolean, a list of those, or missing.

import type { Context } from '../types.ts'
import { wellFormed } from './text.ts'

type Scalar = string | number | boolean

/**
 * Reads an attribute: by its whole name, else along `path` through nested objects, by own properties only. A `Date` is its
 * number of milliseconds, a list keeps the members it may have, and whatever throws is missing.
 */
export function attribute(context: Context, name: string, path?: readonly string[]): Scalar | Scalar[] | undefined {
  try {
    let value: unknown = context[name]
    if (value === undefined && path !== undefined) {
      value = context
      for (const step of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
        value = (value as Record<string, unknown>)[step]
      }
    }
    if (isScalar(value)) return value
    if (Array.isArray(value)) return Array.from(value).filter(isScalar)
    const time = value instanceof Date ? value.getTime() : Number.NaN
    return Number.isNaN(time) ? undefined : time
  } catch {
    return undefined
  }
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The text of a unit as the engine hashed it; a number that decided is a safe integer, in decimal. */
export function unitText(value: ReturnType<typeof attribute>): string | undefined {
  return typeof value === 'string' ? wellFormed(value) : Number.isSafeInteger(value) ? String(value) : undefined
}
