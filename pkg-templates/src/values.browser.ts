// Values alone, as few bytes as a browser can decide with.

import { hostOf } from './engine/host.ts'
import { needsOf, open } from './engine/open.ts'
import { engineFor } from './engine/remote.ts'
import { Deciding } from './engine/values.ts'
import type { Values } from './types.ts'

export async function loadValues(bytes: Uint8Array): Promise<Values> {
  const engine = await engineFor(needsOf(bytes))
  return new Deciding(open(hostOf(await WebAssembly.instantiate(engine)), bytes))
}
