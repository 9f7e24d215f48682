// Browsers: engines are assets of their own. The slim one decides what most flags need; the full one is fetched only when a
// program needs it. `new URL(…, import.meta.url)` is the form every bundler recognises.

const engines = new Map<string, Promise<WebAssembly.Module>>()

/** Fetches an engine with these capabilities, once; after a failure the next one tries again. */
export function engineFor(needs: number): Promise<WebAssembly.Module> {
  const { href } = needs === 0 ? new URL('../engine_slim_bg.wasm', import.meta.url) : new URL('../engine_web_bg.wasm', import.meta.url)
  const engine = engines.get(href) ?? fetch(href).then(compiled)
  engines.set(href, engine)
  engine.catch(() => engines.delete(href))
  return engine
}

/** The engine that an answer holds. Not streamed: that insists on the type of the answer, and what arrives are kilobytes. */
export async function compiled(response: Response): Promise<WebAssembly.Module> {
  const bytes = await response.arrayBuffer()
  // Where nothing is an app may answer with its page, which does not begin with a zero.
  if (!response.ok || new Uint8Array(bytes)[0]) throw new Error(`no engine at \`${response.url}\` (${response.status}): moved by a bundler?`)
  return WebAssembly.compile(bytes)
}
