// Flags that have had their time: read by nobody, past their date, or the same for everybody.

import type { References } from './references/find.ts'
import type { Place } from './references/uses.ts'
import { timeOf } from './time.ts'
import type { Constant } from './tools.ts'

/** What is written of a flag that matters here. */
export interface WrittenFlag {
  readonly owner?: string
  readonly tags?: readonly string[]
  readonly expires?: string
}

export interface Stale {
  readonly flag: string
  readonly owner: string | null
  /**
   * `unused`: no code reads it. `mentioned`: no call is known to, but its key stands somewhere. `expired`: past its date.
   * `constant`: everybody gets the same variant.
   */
  readonly why: 'unused' | 'mentioned' | 'expired' | 'constant'
  /** In words. */
  readonly what: string
  /** Where the key of one that is `mentioned` stands. */
  readonly mentions: readonly Place[]
}

/** Flags with this tag are meant to stay: kill switches, limits, entitlements. */
export const PERMANENT = 'permanent'

export function staleFlags(
  flags: Readonly<Record<string, WrittenFlag>>,
  constants: readonly Constant[],
  { uses, mentions }: Pick<References, 'uses' | 'mentions'>,
  now: number,
): Stale[] {
  const same = new Map(constants.map(constant => [constant.flag, constant]))
  const read = new Set(uses.filter(({ kind }) => kind === 'read').map(({ flag }) => flag))
  return Object.entries(flags).flatMap(([flag, { owner = null, tags = [], expires }]) => {
    const found: Stale[] = []
    const places = mentions.get(flag) ?? []
    if (!read.has(flag)) {
      const seen = places[0]
      if (seen === undefined) found.push({ flag, owner, why: 'unused', what: 'no code reads it', mentions: [] })
      else {
        const where = `${seen.file}:${seen.line}:${seen.column}`
        found.push({ flag, owner, why: 'mentioned', what: `no call is known to read it, its key stands in ${where}`, mentions: places })
      }
    }
    if (tags.includes(PERMANENT)) return found
    const end = expires === undefined ? undefined : timeOf(expires)
    if (end !== undefined && end <= now) found.push({ flag, owner, why: 'expired', what: `it expired on ${expires}`, mentions: [] })
    const constant = same.get(flag)
    if (constant !== undefined) found.push({ flag, owner, why: 'constant', what: everybody(constant), mentions: [] })
    return found
  })
}

/** Flags that are the same for everybody in all of some environments, given what is constant in each. */
export function sameEverywhere([first = [], ...others]: readonly (readonly Constant[])[]): Constant[] {
  return first.flatMap(({ flag, variant, units }) => {
    const alike = others.map(constants => constants.find(other => other.flag === flag && other.variant === variant))
    if (alike.includes(undefined)) return []
    return [{ flag, variant, units: [...new Set([units, ...alike.map(other => other?.units ?? [])].flat())] }]
  })
}

function everybody({ variant, units }: Constant): string {
  const who = units.length === 0 ? 'everybody' : `everybody with ${units.map(unit => `\`${unit}\``).join(' or ')}`
  return `${who} gets \`${variant}\``
}
