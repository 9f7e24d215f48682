// The crossing: the attributes a flag reads, and only those, are copied into the program's slots. No JSON, no objects.

import type { Context } from '../types.ts'
import { attribute } from './attribute.ts'
import type { Host } from './seat.ts'
import { encoder, room, SHORT_LOOP, write } from './text.ts'

/** The attributes to write, number i called `names[i]`. */
export interface Reads {
  readonly names: readonly string[]
  /** Where the slot of each begins, in words of memory. */
  readonly slots: readonly number[]
  /** For names with dots, the names to walk when the context has no attribute called that as a whole. */
  readonly paths: readonly (readonly string[] | undefined)[]
  readonly dotted: boolean
  /** The text part of each slot, made when it is first needed. */
  views: (Uint8Array | undefined)[]
}

// A slot is 64 bytes: kind, length, a float or an address, and room for a short text.
const MISSING = 0
const FALSE = 1
const TRUE = 2
const NUMBER = 3
const SHORT_TEXT = 4
const TEXT = 5
const LIST = 6
const SHORT = 48

/** Writes what `reads` names of `context` into the slots. False when the engine has no memory for it. */
export function cross(host: Host, reads: Reads, context: Context): boolean {
  return (!reads.dotted && crossPlain(host, reads, context)) || crossAny(host, reads, context)
}

/** What nearly every context needs: short texts, numbers and booleans, in one pass. False when there is anything else. */
function crossPlain(host: Host, reads: Reads, context: Context): boolean {
  const { names, slots } = reads
  const { bytes, words, floats } = host
  const turn = ++host.turn
  try {
    for (let i = 0; i < names.length; i++) {
      const value = context[names[i]!]
      const slot = slots[i]!
      if (typeof value === 'string') {
        const { length } = value
        if (length > SHORT) return false
        const at = slot * 4 + 16
        let done = 0
        if (length <= SHORT_LOOP) {
          for (; done < length; done++) {
            const unit = value.charCodeAt(done)
            if (unit > 127) break
            bytes[at + done] = unit
          }
        }
        words[slot] = SHORT_TEXT
        words[slot + 1] = length
        if (done < length) {
          const { read, written } = encoder.encodeInto(value, (reads.views[i] ??= bytes.subarray(at, at + SHORT)))
          if (read < length) return false
          words[slot + 1] = written
        }
      } else if (typeof value === 'number') {
        words[slot] = NUMBER
        floats[(slot >>> 1) + 1] = value
      } else if (typeof value === 'boolean') words[slot] = value ? TRUE : FALSE
      else if (value == null) words[slot] = MISSING
      else return false
    }
  } catch {
    // A getter that throws: what else there is still counts.
    return false
  }
  // A getter that decided something itself, or made memory grow, has garbled what was written.
  return host.turn === turn
}

/** Everything is read before anything is written, whatever it is and however it comes. */
function crossAny(host: Host, reads: Reads, context: Context): boolean {
  const { names, paths, slots } = reads
  const values = names.map((name, i) => attribute(context, name, paths[i]))
  let needed = 8
  for (const value of values) needed += space(value)
  let at = room(host, needed)
  if (at === 0) return false
  // Growth has left views of what was.
  reads.views = []
  host.turn++
  const { words, floats } = host
  values.forEach((value, i) => {
    const slot = slots[i]!
    words[slot] = MISSING
    if (typeof value === 'string' || typeof value === 'object') {
      words[slot] = typeof value === 'string' ? TEXT : LIST
      words[slot + 2] = at
      const end = typeof value === 'string' ? at + write(host, value, at) : pack(host, value, at)
      words[slot + 1] = end - at
      at = aligned(end)
    } else if (typeof value === 'number') {
      words[slot] = NUMBER
      floats[(slot >>> 1) + 1] = value
    } else if (value !== undefined) words[slot] = value ? TRUE : FALSE
  })
  return true
}

function aligned(at: number): number {
  return Math.ceil(at / 8) * 8
}

/** The most bytes a value may take in the scratch buffer. */
function space(value: ReturnType<typeof attribute>): number {
  if (typeof value === 'string') return value.length * 3 + 8
  if (typeof value !== 'object') return 0
  return value.reduce<number>((sum, member) => sum + (typeof member === 'string' ? member.length * 3 : 8) + 16, 0)
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

const TEXT_MEMBER = 4
