// Browsers: the engine is fetched, by `init` or when a program needs it.
import { compiled, engineFor } from './engine/remote.ts'
import { attach, fetched, provideRemote, ready, seat } from './engine/seat.ts'
import type { InitInput } from './types.ts'

provideRemote(engineFor)

export * from './api.ts'
export { seat as initSync }

export async function init(input?: InitInput): Promise<void> {
  if (ready() || input === undefined) return fetched(0)
  if (input instanceof WebAssembly.Module) return attach(input)
  if (input instanceof ArrayBuffer || ArrayBuffer.isView(input)) return attach(await WebAssembly.compile(input as BufferSource))
  attach(await compiled(input instanceof Response ? input : await fetch(input as string | URL | Request)))
}
