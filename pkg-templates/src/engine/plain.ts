// The crossing of nearly every context, short texts, numbers and booleans, in one pass over the attributes.

import type { Context } from '../types.ts'
import { cross, FALSE, MISSING, NUMBER, type Reads, SHORT, SHORT_TEXT, TRUE } from './crossing.ts'
import type { Host } from './host.ts'
import { encoder, SHORT_LOOP } from './text.ts'

/** As `cross`, which takes over when there is anything else. */
export function crossPlain(host: Host, reads: Reads, context: Context): boolean {
  return (!reads.dotted && plain(host, reads, context)) || cross(host, reads, context)
}

function plain(host: Host, { names, slots, views }: Reads, context: Context): boolean {
  const { bytes, words, floats } = host
  const turn = ++host.turn
  try {
    if (!inheritsNothing(context)) return false
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
          const { read, written } = encoder.encodeInto(value, (views[i] ??= bytes.subarray(at, at + SHORT)))
          if (read < length) {
            // Too long in UTF-8, or memory has grown and left a view of what was.
            views.length = 0
            return false
          }
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

/**
 * Whether all that can be read of a context is its own. Asked once, because asking for each attribute costs a tenth of a
 * decision: an object like any other, and nobody has added to what all objects inherit. (What JavaScript itself put there
 * are functions, which are no attributes.)
 */
function inheritsNothing(context: Context): boolean {
  for (const _ in BARE) return false
  return Object.getPrototypeOf(context) === Object.prototype
}

const BARE = {}
