// The seat: where the engines of this module graph sit. Everything else is written against a `Host`; an entry point of a few
// lines fills the seat in the one way its own host allows. Browsers may seat two, a slim engine and the full one.

import { ProgramError } from '../errors.ts'

/** The engine's face: integers and floats only (src/engine-wasm). Addresses come back signed, hence the `>>> 0` at every use. */
export interface Engine {
  readonly memory: WebAssembly.Memory
  capabilities(): number
  scratch(bytes: number): number
  allocate(length: number): number
  load(at: number, length: number): number
  unload(program: number): void
  slots(program: number): number
  decide(program: number, flag: number, now: number, pin: number): number
  rest(): number
}

/** An engine and the views of its memory. */
export class Host {
  readonly engine: Engine
  readonly capabilities: number
  /** Where the engine leaves the further words of a decision. */
  readonly rest: number
  bytes!: Uint8Array
  words!: Uint32Array
  floats!: Float64Array
  /** Counts everything that may have changed slots or views; who writes looks whether it moved meanwhile. */
  turn = 0
  scratchAt = 0
  scratchRoom = 0

  constructor(engine: Engine) {
    this.engine = engine
    this.capabilities = engine.capabilities()
    this.rest = engine.rest() >>> 2
    this.look()
  }

  /** To be called after whatever may have allocated: growth detaches the buffer under all views. */
  look(): void {
    const { buffer } = this.engine.memory
    if (this.bytes?.buffer === buffer) return
    this.turn++
    this.bytes = new Uint8Array(buffer)
    this.words = new Uint32Array(buffer)
    this.floats = new Float64Array(buffer)
  }
}

const hosts: Host[] = []
let source: (() => WebAssembly.Module) | undefined
let remote: ((needs: number) => Promise<void>) | undefined

/** Names where the engine can be had synchronously; it is compiled at first use, so importing costs nothing. */
export function provide(module: () => WebAssembly.Module): void {
  source = module
}

/** Names how an engine with the capabilities a program needs can be fetched. */
export function provideRemote(fetch: (needs: number) => Promise<void>): void {
  remote = fetch
}

/** Seats an instance, unless another one can do all it can: programs live in its memory. */
export function attach(instance: WebAssembly.Instance): void {
  const host = new Host(instance.exports as unknown as Engine)
  if (!ready(host.capabilities)) hosts.push(host)
}

/** Seats a compiled module. No `instanceof`: on Next's edge runtime a module comes from another realm. */
export function attachModule(module: WebAssembly.Module): void {
  attach(new WebAssembly.Instance(module, {}))
}

/** Whether an engine is seated that has these capabilities. */
export function ready(needs = 0): boolean {
  return hosts.some(({ capabilities }) => (needs & ~capabilities) === 0)
}

/** The first engine that has these capabilities; if none has, one that will say so. */
export function hostFor(needs: number): Host {
  const found = hosts.find(({ capabilities }) => (needs & ~capabilities) === 0) ?? hosts[0]
  if (found !== undefined) return found
  if (source === undefined)
    throw new ProgramError('no_engine', 'the engine is not loaded yet: `await init()` first, or import `isoflag/inline`')
  attachModule(source())
  return hostFor(needs)
}

/** Fetches an engine for these capabilities where one has to be fetched and is not there. */
export async function fetched(needs: number): Promise<void> {
  if (!ready(needs)) await remote?.(needs)
}

/** `initSync` of every entry: bytes are compiled, a module is taken as it is, nothing means what the entry provides. */
export function seat(module?: BufferSource | WebAssembly.Module): void {
  if (module === undefined) hostFor(0)
  else attachModule('byteLength' in module ? new WebAssembly.Module(module) : module)
}
