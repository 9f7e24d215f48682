// The seat: where the one engine of this module graph sits. Everything else is written against `engine()`; an entry
// point of a few lines fills the seat in the one way its host allows.

import { ProgramError } from '../errors.ts'

/** The engine's face: integers and floats only (src/engine-wasm). Pointers come back signed, hence the `>>> 0` at every use. */
export interface Engine {
  readonly memory: WebAssembly.Memory
  scratch(bytes: number): number
  allocate(length: number): number
  load(pointer: number, length: number): number
  unload(program: number): void
  slots(program: number): number
  find(program: number, text: number, length: number): number
  decide(program: number, flag: number): number
  decideAll(program: number): number
  answers(): number
  count(program: number, what: number, flag: number): number
  item(program: number, what: number, flag: number, index: number): number
  text(program: number, what: number, flag: number, index: number): number
  textLength(): number
}

let seated: Engine | undefined
let source: (() => WebAssembly.Module) | undefined

/** Names where the engine can be had synchronously; it is compiled at first use, so importing costs nothing. */
export function provide(module: () => WebAssembly.Module): void {
  source = module
}

/** Seats an instance; the first one stays, for programs live in its memory. */
export function attach(instance: WebAssembly.Instance): void {
  seated ??= instance.exports as unknown as Engine
}

/** Seats a compiled module. No `instanceof`: on Next's edge runtime a module comes from another realm. */
export function attachModule(module: WebAssembly.Module): void {
  if (seated === undefined) attach(new WebAssembly.Instance(module, {}))
}

export function ready(): boolean {
  return seated !== undefined
}

export function engine(): Engine {
  if (seated !== undefined) return seated
  if (source === undefined)
    throw new ProgramError('no_engine', 'the engine is not loaded yet: `await init()` first, or import `isoflag/inline`')
  attachModule(source())
  return engine()
}

/** `initSync` of every entry: bytes are compiled, a module is taken as it is, nothing means what the entry provides. */
export function seat(module?: BufferSource | WebAssembly.Module): void {
  if (seated !== undefined) return
  if (module === undefined) engine()
  else attachModule('byteLength' in module ? new WebAssembly.Module(module) : module)
}
