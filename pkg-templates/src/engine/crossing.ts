// The crossing: the attributes a flag reads, and only those, are copied into the program's slots. No JSON, no objects.

import type { Context } from '../types.ts'
import { room, view, wellFormed, write } from './memory.ts'
import type { Engine } from './seat.ts'

/** The attributes to write: number i is called `names[i]` and lives in slot `ids[i]`. */
export interface Reads {
  readonly names: readonly string[]
  readonly ids: readonly number[]
}

// A slot is 16 bytes: kind, text length, then a float or the address of a text.
const MISSING = 0
const FALSE = 1
const TRUE = 2
const NUMBER = 3
const TEXT = 4

/** Writes what `reads` names of `context` into the slots at `slots`. */
export function cross(engine: Engine, slots: number, reads: Reads, context: Context): void {
  const { names, ids } = reads
  const many = names.length
  // All values are read before anything is written: a getter that decides something itself cannot garble the slots.
  const values: unknown[] = new Array(many)
  let units = 0
  for (let i = 0; i < many; i++) {
    const value = (values[i] = context[names[i]!])
    if (typeof value === 'string') units += value.length
  }
  let at = room(engine, units)
  const { bytes, words, floats } = view(engine)
  for (let i = 0; i < many; i++) {
    const value = values[i]
    const word = (slots >>> 2) + ids[i]! * 4
    switch (typeof value) {
      case 'string': {
        const length = write(bytes, value, at)
        words[word] = TEXT
        words[word + 1] = length
        words[word + 2] = at
        at += length
        break
      }
      case 'number':
        words[word] = NUMBER
        floats[(word >>> 1) + 1] = value
        break
      case 'boolean':
        words[word] = value ? TRUE : FALSE
        break
      default:
        words[word] = MISSING
    }
  }
}

/** The text of a unit as the engine hashed it; a number that decided is a safe integer, in decimal. */
export function unitText(value: unknown): string | undefined {
  if (typeof value === 'string') return wellFormed(value)
  return Number.isSafeInteger(value) ? String(value) : undefined
}
