// Values alone, as few bytes as a browser can decide with.

import { open, prepare } from './engine/open.ts'
import { Deciding } from './engine/values.ts'
import { engineFor } from './engine/remote.ts'
import { provideRemote } from './engine/seat.ts'
import type { Values } from './types.ts'

provideRemote(engineFor)

export async function loadValues(bytes: Uint8Array): Promise<Values> {
  await prepare(bytes)
  return new Deciding(open(bytes))
}
