// An engine and the views of its memory.

/** The engine's face: integers and floats only (src/engine-wasm). Addresses come back signed, hence the `>>> 0` at every use. */
export interface Engine {
  readonly memory: WebAssembly.Memory
  capabilities(): number
  allocate(length: number): number
  load(at: number, length: number): number
  /** −1 when there is no such flag. Missing like `unload`. */
  find?(program: number, at: number, length: number): number
  decide(program: number, flag: number, now: number, pin: number): number
  /** Missing where an instance holds one program, and goes with it. */
  unload?(program: number): void
}

export interface Host {
  readonly engine: Engine
  bytes: Uint8Array
  words: Uint32Array
  floats: Float64Array
  /** Counts everything that may have changed slots or views; who writes looks whether it moved meanwhile. */
  turn: number
  /** Room for texts on their way in; `room` makes more of it. */
  scratchAt: number
  scratchRoom: number
}

/** Enough for every key and nearly every context. */
const SCRATCH = 4096

export function hostOf(instance: WebAssembly.Instance): Host {
  const engine = instance.exports as unknown as Engine
  const scratchAt = engine.allocate(SCRATCH) >>> 0
  const { buffer } = engine.memory
  return {
    engine,
    bytes: new Uint8Array(buffer),
    words: new Uint32Array(buffer),
    floats: new Float64Array(buffer),
    turn: 0,
    scratchAt,
    scratchRoom: scratchAt && SCRATCH,
  }
}

/** To be called when the views are empty: whatever allocates may make memory grow, and that detaches the buffer under them. */
export function look(host: Host): void {
  const { buffer } = host.engine.memory
  host.turn++
  host.bytes = new Uint8Array(buffer)
  host.words = new Uint32Array(buffer)
  host.floats = new Float64Array(buffer)
}
