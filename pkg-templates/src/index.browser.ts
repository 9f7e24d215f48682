// Browsers: the engine is an asset of its own, fetched when `init` is called. `new URL(…, import.meta.url)` is the form
// every bundler recognises.
import { attach, attachModule, ready, seat } from './engine/seat.ts'
import type { InitInput } from './types.ts'

export * from './api.ts'
export { seat as initSync }

let loading: Promise<void> | undefined

export function init(input?: InitInput): Promise<void> {
  if (ready()) return Promise.resolve()
  loading ??= load(input).catch((error: unknown) => {
    // The next call tries again.
    loading = undefined
    throw error
  })
  return loading
}

async function load(input: InitInput = new URL('../engine_bg.wasm', import.meta.url)): Promise<void> {
  if (input instanceof WebAssembly.Module) return attachModule(input)
  if (input instanceof ArrayBuffer || ArrayBuffer.isView(input)) return attach((await WebAssembly.instantiate(input)).instance)
  const response = input instanceof Response ? input : await fetch(input)
  if (!response.ok) throw new Error(`cannot load the engine: \`${response.url}\` answered ${response.status}`)
  // Streaming insists on the type; a server that does not know it costs a moment, not the engine.
  const streamed = response.headers.get('content-type')?.startsWith('application/wasm')
  const { instance } = streamed
    ? await WebAssembly.instantiateStreaming(response)
    : await WebAssembly.instantiate(await response.arrayBuffer())
  attach(instance)
}
