// The least any host code around this engine can take from a program's bytes to a value: our engine's wasm, called by hand. What
// JavaScript must read out of a program, names and values, is read beforehand and not timed, and nothing is checked or kept.
// It answers the experiment only.

import { readFileSync } from 'node:fs'
import isoflag from './isoflag.mjs'
import { attrs } from './kit.mjs'

const encoder = new TextEncoder()

export default {
  'floor-engine': {
    ...isoflag.isoflag,
    lang: 'Rust wasm by hand',
    only: 'w3',
    imp: async () => {
      const module = new WebAssembly.Module(readFileSync(new URL('../node_modules/isoflag/engine_bg.wasm', import.meta.url)))
      return new WebAssembly.Instance(module, {}).exports
    },
    /** The names of the attributes by their numbers, as src/engine/src/layout.rs lays them out, and the values of `flag` by its variants. */
    stage(bytes, flag) {
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      const word = at => view.getUint32(at, true)
      const text = at => Buffer.from(bytes.buffer, bytes.byteOffset + word(at), word(at + 4)).toString()
      const names = Array.from({ length: word(32) }, (_, id) => text(word(36) + id * 8))
      const at = Array.from({ length: word(16) }, (_, index) => word(20) + index * 44).find(record => text(record) === flag)
      const values = Array.from({ length: view.getUint16(at + 14, true) }, (_, i) => JSON.parse(text(word(at + 16) + i * 16 + 8)))
      return { names, values, key: encoder.encode(flag) }
    },
    async load(engine, program, spec, { names, values, key }) {
      const at = engine.allocate(program.length + 64)
      const bytes = new Uint8Array(engine.memory.buffer)
      bytes.set(program, at)
      const handle = engine.load(at, program.length)
      const exp = (_, user) => {
        bytes.set(key, at + program.length)
        const index = engine.find(handle, at + program.length, key.length)
        const words = new Uint32Array(engine.memory.buffer)
        for (let i = 0; i < names.length; i++) {
          const text = user[names[i]]
          const slot = (handle >>> 2) + i * 16
          words[slot] = 4
          words[slot + 1] = text.length
          for (let c = 0; c < text.length; c++) bytes[slot * 4 + 16 + c] = text.charCodeAt(c)
        }
        return values[engine.decide(handle, index, 0, 0) & 0xffff]
      }
      return { user: attrs, get: { exp }, close: () => engine.unload(handle) }
    },
  },
}
