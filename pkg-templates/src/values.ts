// Values alone, where the host compiles the engine beforehand: the same program, seen as no more than what it is asked for.

import { loadProgram, prepare } from 'isoflag'
import type { Values } from './types.ts'

export type { Attribute, Context, ContextOf, Json, TimeOptions, Values } from './types.ts'

/** Opens a program for its values, with the engine it needs. Rejects with `ProgramError`. */
export async function loadValues(bytes: Uint8Array): Promise<Values> {
  await prepare(bytes)
  return loadProgram(bytes)
}
