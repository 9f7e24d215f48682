// The crossing of nearly every context, short texts, numbers and booleans, in one pass over the attributes.

import type { Context } from '../types.ts'
import { cross, FALSE, MISSING, NUMBER, type Reads, SHORT, SHORT_TEXT, TRUE } from './crossing.ts'
import type { Host } from './host.ts'
import { ascii, encoder, SHORT_LOOP } from './text.ts'

/** As `cross`, which takes over when there is anything else. */
export function crossPlain(host: Host, reads: Reads, context: Context): boolean {
  const { names, slots, views, searched } = reads
  const { bytes, words, floats } = host
  const turn = ++host.turn
  if (searched) return cross(host, reads, context)
  try {
    if (!inheritsNothing(context)) return cross(host, reads, context)
    for (let i = 0; i < names.length; i++) {
      const value = context[names[i]!]
      const slot = slots[i]!
      if (typeof value === 'string') {
        const { length } = value
        if (length > SHORT) return cross(host, reads, context)
        const at = slot * 4 + 16
        words[slot] = SHORT_TEXT
        words[slot + 1] = length
        // The encoder is for the second long text: the first time, calling it costs more than the loop.
        const done = length > SHORT_LOOP && views[i] !== undefined ? 0 : ascii(host, value, at)
        if (length > SHORT_LOOP || done < length) {
          const view = (views[i] ??= bytes.subarray(at, at + SHORT))
          if (done === length) continue
          const { read, written } = encoder.encodeInto(value, view)
          if (read < length) {
            // Too long in UTF-8, or memory has grown and left a view of what was.
            views.length = 0
            return cross(host, reads, context)
          }
          words[slot + 1] = written
        }
      } else if (typeof value === 'number') {
        words[slot] = NUMBER
        floats[(slot >>> 1) + 1] = value
      } else if (typeof value === 'boolean') words[slot] = value ? TRUE : FALSE
      else if (value == null) words[slot] = MISSING
      else return cross(host, reads, context)
    }
  } catch {
    // A getter that throws: what else there is still counts.
    return cross(host, reads, context)
  }
  // A getter that decided something itself, or made memory grow, has garbled what was written.
  return host.turn === turn || cross(host, reads, context)
}

/**
 * Whether all that can be read of a context is its own. Asked once, because asking for each attribute costs a tenth of a
 * decision: an object like any other, and nobody has added to what all objects inherit. What was there before, hidden or not,
 * is known of the names; what is added later shows, unless somebody takes pains to hide it.
 */
function inheritsNothing(context: Context): boolean {
  for (const _ in BARE) return false
  // Five times as fast as `Object.getPrototypeOf`; an own property of that name is never this one.
  return context['__proto__'] === Object.prototype
}

const BARE = {}
