// Browsers: engines are assets of their own. The slim one decides what most flags need and is fetched by `init`; the full one
// only when a program needs it. `new URL(…, import.meta.url)` is the form every bundler recognises.
import { attach, attachModule, provideRemote, ready, seat } from './engine/seat.ts'
import type { InitInput } from './types.ts'

export * from './api.ts'
export { seat as initSync }

const loading = new Map<string, Promise<void>>()

provideRemote(needs => once(needs === 0 ? slim() : full()))

export function init(input?: InitInput): Promise<void> {
  return ready() ? Promise.resolve() : input === undefined ? once(slim()) : load(input)
}

function slim(): URL {
  return new URL('../engine_slim_bg.wasm', import.meta.url)
}

function full(): URL {
  return new URL('../engine_bg.wasm', import.meta.url)
}

/** One fetch for all who ask meanwhile; after a failure the next one tries again. */
function once(url: URL): Promise<void> {
  const done = loading.get(url.href) ?? load(url).finally(() => loading.delete(url.href))
  loading.set(url.href, done)
  return done
}

async function load(input: InitInput): Promise<void> {
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
