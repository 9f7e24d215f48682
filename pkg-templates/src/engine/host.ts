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

export class Host {
  readonly engine: Engine
  bytes!: Uint8Array
  words!: Uint32Array
  floats!: Float64Array
  /** Counts everything that may have changed slots or views; who writes looks whether it moved meanwhile. */
  turn = 0
  scratchAt = 0
  scratchRoom = 0

  constructor(instance: WebAssembly.Instance) {
    this.engine = instance.exports as unknown as Engine
    this.look()
  }

  /** Room for so many bytes, 0 when there is no memory left. */
  allocate(length: number): number {
    const at = this.engine.allocate(length) >>> 0
    this.look()
    return at
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
