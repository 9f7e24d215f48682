// The crossing: the attributes a flag reads, and only those, are copied into the program's slots. No JSON, no objects.

import type { Context } from '../types.ts'
import { attribute } from './attribute.ts'
import type { Host } from './host.ts'
import { ascii, room, write } from './text.ts'

/** The attributes to write, number i called `names[i]`. */
export interface Reads {
  readonly names: readonly string[]
  /** Where the slot of each begins, in words of memory. */
  readonly slots: readonly number[]
  /** For names with dots, the names to walk when the context has no attribute called that as a whole. */
  readonly paths: readonly (readonly string[] | undefined)[]
  /** Whether one takes more than a look: it has dots, or `Object.prototype` has one of its name, hidden perhaps. */
  readonly searched: boolean
  /** The text part of each slot, where `plain.ts` has needed it. */
  readonly views: (Uint8Array | undefined)[]
}

// A slot is 64 bytes: kind, length, a float or an address, and room for a short text.
export const MISSING = 0
export const FALSE = 1
export const TRUE = 2
export const NUMBER = 3
export const SHORT_TEXT = 4
const TEXT = 5
const LIST = 6
const TEXT_MEMBER = 4
export const SHORT = 48

/**
 * Writes what `reads` names of `context` into the slots. False when the engine has no memory for it. Everything is read
 * before anything is written: a getter may decide something itself.
 */
export function cross(host: Host, { names, paths, slots }: Reads, context: Context): boolean {
  const values: ReturnType<typeof attribute>[] = []
  let needed = 8
  for (let i = 0; i < names.length; i++) {
    const value = attribute(context, names[i]!, paths[i])
    values.push(value)
    needed += space(value)
  }
  let at = room(host, needed)
  if (at === 0) return false
  host.turn++
  const { words, floats } = host
  for (let i = 0; i < names.length; i++) {
    const value = values[i]
    const slot = slots[i]!
    words[slot] = MISSING
    if (typeof value === 'string') {
      const { length } = value
      words[slot] = SHORT_TEXT
      words[slot + 1] = length
      if (length <= SHORT && ascii(host, value, slot * 4 + 16) === length) continue
      words[slot] = TEXT
      words[slot + 2] = at
      at = aligned(at + (words[slot + 1] = write(host, value, at)))
    } else if (typeof value === 'object') {
      words[slot] = LIST
      words[slot + 2] = at
      const end = pack(host, value, at)
      words[slot + 1] = end - at
      at = end
    } else if (typeof value === 'number') {
      words[slot] = NUMBER
      floats[(slot >>> 1) + 1] = value
    } else if (value !== undefined) words[slot] = value ? TRUE : FALSE
  }
  return true
}

function aligned(at: number): number {
  return Math.ceil(at / 8) * 8
}

/** The most bytes a value may take in the scratch room. */
function space(value: ReturnType<typeof attribute>): number {
  if (typeof value === 'string') return value.length * 3 + 8
  return typeof value === 'object' ? value.reduce<number>((sum, member) => sum + space(member) + 16, 0) : 8
}

/** Members one behind the other: u32 kind, u32 length of what follows, padded to eight bytes. Returns where they end. */
function pack(host: Host, list: readonly (string | number | boolean)[], at: number): number {
  const { words, floats } = host
  for (const member of list) {
    const word = at >>> 2
    at += 8
    words[word + 1] = 0
    if (typeof member === 'string') {
      words[word] = TEXT_MEMBER
      at = aligned(at + (words[word + 1] = write(host, member, at)))
    } else if (typeof member === 'number') {
      words[word] = NUMBER
      words[word + 1] = 8
      floats[at >>> 3] = member
      at += 8
    } else words[word] = member ? TRUE : FALSE
  }
  return at
}
