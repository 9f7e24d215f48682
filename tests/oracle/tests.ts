// The tests an attribute can be put to. A value of another kind fails every one of them: nothing is converted.

import type { Value } from './context.ts'
import { parseDate } from './date.ts'
import { fold } from './fold.ts'
import { type Condition, type Scalar, several } from './model.ts'
import { inNetwork } from './network.ts'
import { matches } from './regex.ts'
import { compareVersions, parseVersion } from './version.ts'

type Test = (condition: Condition, value: Value | undefined, seen: Seen) => boolean

/** Hears of everything that was asked and how it came out, so that a generator of random cases can be watched. */
export type Seen = (what: string, held: boolean) => void

export function told(seen: Seen, what: string, held: boolean): boolean {
  seen(what, held)
  return held
}

const asText = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** Both sides as they are compared. */
const cased = (condition: Condition, text: string): string => (condition.ignoreCase === true ? fold(text) : text)

function same(condition: Condition, value: Value | undefined, operand: Scalar): boolean {
  if (typeof value === 'string' && typeof operand === 'string') return cased(condition, value) === cased(condition, operand)
  return value === operand
}

function number(holds: (value: number, operand: number) => boolean, operand: (condition: Condition) => number | undefined): Test {
  return (condition, value) => typeof value === 'number' && holds(value, operand(condition) as number)
}

function text(holds: (value: string, operand: string) => boolean, operand: (condition: Condition) => string | readonly string[] | undefined): Test {
  return (condition, value) => {
    const found = asText(value)
    if (found === undefined) return false
    return several(operand(condition) as string).some(part => holds(cased(condition, found), cased(condition, part)))
  }
}

function member(value: Value | undefined, operand: Scalar): boolean {
  return Array.isArray(value) && value.some(one => one === operand)
}

/** All bounds of a `version` hold. */
function version(condition: Condition, value: Value | undefined, seen: Seen): boolean {
  const found = parseVersion(asText(value) ?? '')
  if (!found) return false
  return Object.entries(condition.version ?? {}).every(([name, bound]) => {
    const other = parseVersion(bound as string)
    if (!other) throw new Error(`${bound} is not a version`)
    const order = compareVersions(found, other)
    const held = { equals: order === 0, greaterThan: order > 0, atLeast: order >= 0, lessThan: order < 0, atMost: order <= 0 }[name]
    return told(seen, `version.${name}`, held === true)
  })
}

/** The moment an attribute names: a date as text, or any number of milliseconds, whole or not. */
function moment(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseDate(value) : undefined
}

function date(condition: Condition, value: Value | undefined, seen: Seen): boolean {
  const found = moment(value)
  if (found === undefined) return false
  return Object.entries(condition.date ?? {}).every(([name, bound]) => {
    const other = parseDate(bound as string)
    if (other === undefined) throw new Error(`${bound} is not a date`)
    const held = { before: found < other, notAfter: found <= other, after: found > other, notBefore: found >= other }[name]
    return told(seen, `date.${name}`, held === true)
  })
}

/** By the name of its field in a condition. */
const TESTS: { readonly [Name in keyof Condition]?: Test } = {
  exists: (condition, value) => (value !== undefined) === condition.exists,
  equals: (condition, value) => same(condition, value, condition.equals as Scalar),
  in: (condition, value) => (condition.in ?? []).some(operand => same(condition, value, operand)),
  greaterThan: number((value, operand) => value > operand, condition => condition.greaterThan),
  atLeast: number((value, operand) => value >= operand, condition => condition.atLeast),
  lessThan: number((value, operand) => value < operand, condition => condition.lessThan),
  atMost: number((value, operand) => value <= operand, condition => condition.atMost),
  startsWith: text((value, operand) => value.startsWith(operand), condition => condition.startsWith),
  endsWith: text((value, operand) => value.endsWith(operand), condition => condition.endsWith),
  includes: text((value, operand) => value.includes(operand), condition => condition.includes),
  matches: (condition, value) => {
    const found = asText(value)
    return found !== undefined && matches(condition.matches ?? '', condition.ignoreCase === true, found)
  },
  version,
  date,
  inNetwork: (condition, value) => {
    const found = asText(value)
    return found !== undefined && several(condition.inNetwork as string).some(network => inNetwork(found, network))
  },
  contains: (condition, value) => member(value, condition.contains as Scalar),
  containsAny: (condition, value) => (condition.containsAny ?? []).some(operand => member(value, operand)),
  containsAll: (condition, value) => Array.isArray(value) && (condition.containsAll ?? []).every(operand => member(value, operand)),
}

/** All the tests that stand beside an attribute hold for its value. */
export function passes(condition: Condition, value: Value | undefined, seen: Seen): boolean {
  return Object.keys(condition).every(name => {
    const test = TESTS[name as keyof Condition]
    return !test || told(seen, condition.ignoreCase === true ? `${name}, any case` : name, test(condition, value, seen))
  })
}
