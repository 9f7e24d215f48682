// The seat: where the engines of this module graph sit. Everything else is written against a `Host`; an entry point of a few
// lines fills the seat in the one way its own host allows. Browsers may seat two, a slim engine and the full one.

import { ProgramError } from '../errors.ts'
import { type Host, hostOf } from './host.ts'
import { needsOf, open } from './open.ts'
import type { Source } from './source.ts'

interface Seated {
  readonly module: WebAssembly.Module
  readonly host: Host
}

/** In the order they were seated. */
const seated: Seated[] = []
let source = (): WebAssembly.Module => {
  throw new ProgramError('no_engine', 'the engine is not loaded yet: `await init()` first, or import `isoflag/inline`')
}
let remote: ((needs: number) => Promise<WebAssembly.Module>) | undefined

/** Names where the engine can be had synchronously; it is compiled at first use, so importing costs nothing. */
export function provide(module: () => WebAssembly.Module): void {
  source = module
}

/** Names how an engine with the capabilities a program needs can be fetched. */
export function provideRemote(fetch: (needs: number) => Promise<WebAssembly.Module>): void {
  remote = fetch
}

/** Seats a compiled module, unless another one can do all it can. No `instanceof`: on Next's edge runtime a module comes from another realm. */
export function attach(module: WebAssembly.Module): void {
  const host = hostOf(new WebAssembly.Instance(module, {}))
  if (seated.length === 0 || !ready(host.engine.capabilities())) seated.push({ module, host })
}

/** The first engine that has these capabilities. */
function capable(needs: number): Seated | undefined {
  return seated.find(({ host }) => (needs & ~host.engine.capabilities()) === 0)
}

/** Whether an engine is seated that has these capabilities. */
export function ready(needs = 0): boolean {
  return capable(needs) !== undefined
}

/** Fetches an engine for these capabilities where one has to be fetched and is not there. */
export async function fetched(needs: number): Promise<void> {
  if (!ready(needs) && remote !== undefined) attach(await remote(needs))
}

/** Fetches the engine these bytes need, where engines are fetched. Elsewhere there is nothing to do. */
export function prepare(bytes: Uint8Array): Promise<void> {
  return fetched(needsOf(bytes))
}

/** `initSync` of every entry: bytes are compiled, a module is taken as it is, nothing means what the entry provides. */
export function seat(module?: BufferSource | WebAssembly.Module): void {
  if (module !== undefined) attach('byteLength' in module ? new WebAssembly.Module(module) : module)
  else if (seated.length === 0) attach(source())
}

/** Opens a program in the engine it needs, or in one that will say what it needs. Throws `ProgramError`. */
export function openSeated(bytes: Uint8Array): Source {
  // The mistake of those without types: what has no length would only be too short.
  if (!(bytes?.length >= 0)) throw new TypeError('a program is a `Uint8Array`: wrap the `ArrayBuffer` in one')
  if (seated.length === 0) attach(source())
  const { module, host } = (seated.length > 1 && capable(needsOf(bytes))) || seated[0]!
  // Where programs cannot be unloaded an instance holds one of them.
  return open(host.engine.unload === undefined ? hostOf(new WebAssembly.Instance(module, {})) : host, bytes, ADVICE)
}

const ADVICE = [
  'the program ends too early: was the download cut off?',
  'these bytes are not a program: pass the body of `GET /v1/program` unchanged',
  'the program was compiled for another version of the engine: update the `isoflag` package',
  'the program needs more than this engine can: `await prepare(bytes)` first, or update the `isoflag` package',
  'the program is damaged: fetch it again',
]
