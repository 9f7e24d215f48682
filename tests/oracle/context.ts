// What a context says: an attribute by its name, and an id by its attribute.

import { own, type Scalar, type Table } from './model.ts'

export type Context = Table<unknown>
export type Value = Scalar | readonly Scalar[]

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)

/** An unpaired surrogate is U+FFFD before anybody compares it: texts reach the engine as UTF-8. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')

/** The whole name first; if it is absent and has dots, a walk through nested objects, not lists, by own properties. */
function find(context: Context, name: string): unknown {
  const whole = own(context, name)
  if (whole !== undefined || !name.includes('.')) return whole
  let at: unknown = context
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    at = own(at as Context, step)
  }
  return at
}

function clean(value: unknown): Value | undefined {
  if (typeof value === 'string') return wellFormed(value)
  if (isScalar(value)) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime()
  if (Array.isArray(value)) return value.filter(isScalar).map(member => (typeof member === 'string' ? wellFormed(member) : member))
  return undefined
}

/** The value of an attribute; undefined when it is missing, null, or nothing a condition can test. */
export const attribute = (context: Context, name: string): Value | undefined => clean(find(context, name))

/** The id of a unit: a text that is not empty, or a safe integer in decimal. */
export function unitId(context: Context, name: string): string | undefined {
  const value = attribute(context, name)
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(BigInt(value))
  return undefined
}
