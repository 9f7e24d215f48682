// Browsers: engines are assets of their own. The slim one decides what most flags need; the full one is fetched only when a
// program needs it. `new URL(…, import.meta.url)` is the form every bundler recognises.

import { attach } from './seat.ts'

const loading = new Map<string, Promise<void>>()

/** Fetches an engine with these capabilities: once for all who ask meanwhile; after a failure the next one tries again. */
export function engineFor(needs: number): Promise<void> {
  const { href } = needs === 0 ? new URL('../engine_slim_bg.wasm', import.meta.url) : new URL('../engine_web_bg.wasm', import.meta.url)
  const done = loading.get(href) ?? fetch(href).then(attachResponse).finally(() => loading.delete(href))
  loading.set(href, done)
  return done
}

/** Seats the engine that an answer holds. */
export async function attachResponse(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`cannot load the engine: \`${response.url}\` answered ${response.status}`)
  // Streaming insists on the type; a server that does not know it costs a moment, not the engine.
  const streamed = response.headers.get('content-type')?.startsWith('application/wasm')
  const { instance } = streamed
    ? await WebAssembly.instantiateStreaming(response)
    : await WebAssembly.instantiate(await response.arrayBuffer())
  attach(instance)
}
