// What is measured: programs swapped as a client swaps them, and decisions between the swaps.

/** Watches the linear memory of every instance made from now on; answers how many bytes they are. */
export function watchMemory() {
  const memories = []
  const { Instance } = WebAssembly
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, given) {
      const instance = Reflect.construct(target, given)
      memories.push(instance.exports.memory)
      return instance
    },
  })
  return () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
}

export function work(isoflag, programs, { decisions, swaps }, state) {
  for (let swap = 0; swap < swaps; swap++) {
    const before = state.program
    state.swapped = (state.swapped ?? 0) + 1
    state.program = isoflag.loadProgram(programs[state.swapped % programs.length])
    before?.dispose()
    const keys = state.program.keys()
    for (let i = 0; i < decisions / swaps; i++) {
      state.asked = (state.asked ?? 0) + 1
      const context = { id: `user-${state.asked}`, plan: state.asked % 3 ? 'free' : 'pro' }
      const { value } = state.program.decide(keys[(state.asked * 7919) % keys.length], context)
      if (typeof value !== 'boolean') throw new Error('a flag without a value')
    }
  }
}
