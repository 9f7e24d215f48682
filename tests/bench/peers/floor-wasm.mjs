// The least a hand-written evaluator in wasm can be: `encodeInto` in, integers out.

import { attrs } from './kit.mjs'
import floorJs from './floor-js.mjs'

const peers = {}
export default peers

// eager = encode all 6 attributes on every call; otherwise only those the flag reads (mask known from the config).
const floorWasm = eager => ({
  lang: 'hand Rust wasm',
  config: floorJs['floor-js'].config,
  imp: async () => {
    const fs = await import('node:fs')
    return new WebAssembly.Module(fs.readFileSync(new URL('../out/floor.wasm', import.meta.url)))
  },
  async load(mod, text, spec) {
    const w = new WebAssembly.Instance(mod, {}).exports,
      enc = new TextEncoder(),
      src = JSON.parse(text).flags,
      F = {},
      list = [],
      AT = ['id', 'plan', 'country']
    const slot = () => Array.from({ length: 6 }, (_, k) => new Uint8Array(w.memory.buffer, w.buf_ptr() + 1024 * k, 1024))
    let [S0, S1, S2, S3, S4, S5] = slot()
    for (const key in src) {
      const f = src[key],
        vals = [f.d]
      let mask = 0
      const vi = v => {
        let i = vals.indexOf(v)
        if (i < 0) i = vals.push(v) - 1
        return i
      }
      const index = w.add_flag(f.s, 0)
      for (const r of f.r) {
        w.add_rule(r.w ? 0 : vi(r.v))
        for (const [a, vs] of r.c) {
          w.add_cond(AT.indexOf(a))
          mask |= 1 << AT.indexOf(a)
          for (const v of vs) {
            if (!S0.length) [S0] = slot()
            w.add_value(enc.encodeInto(v, S0).written)
          }
        }
        if (r.w) {
          mask |= 1
          for (const [upto, v] of r.w) w.add_split(Math.min(upto, 100000), vi(v))
        }
      }
      list.push((F[key] = { key, index, mask, vals }))
    }
    ;[S0, S1, S2, S3, S4, S5] = slot() // memory may have grown
    const out = new Uint8Array(w.memory.buffer, w.out_ptr(), list.length)
    const g = (k, u) => {
      const f = F[k],
        m = f.mask
      return f.vals[
        w.eval(
          f.index,
          m & 1 ? enc.encodeInto(u.id, S0).written : 0,
          m & 2 ? enc.encodeInto(u.plan, S1).written : 0,
          m & 4 ? enc.encodeInto(u.country, S2).written : 0,
        )
      ]
    }
    const ge = (k, u) => {
      const f = F[k],
        a = enc.encodeInto(u.id, S0).written,
        b = enc.encodeInto(u.plan, S1).written,
        c = enc.encodeInto(u.country, S2).written
      enc.encodeInto(u.signup, S3)
      enc.encodeInto(u.app, S4)
      enc.encodeInto(u.email, S5)
      return f.vals[w.eval(f.index, a, b, c)]
    }
    const h = eager ? ge : g,
      get = { bool: h, pct: h, exp: h, rules10: h }
    return {
      user: attrs,
      get,
      all: u => {
        const a = enc.encodeInto(u.id, S0).written,
          b = enc.encodeInto(u.plan, S1).written,
          c = enc.encodeInto(u.country, S2).written
        if (eager) {
          enc.encodeInto(u.signup, S3)
          enc.encodeInto(u.app, S4)
          enc.encodeInto(u.email, S5)
        }
        w.eval_all(a, b, c)
        const o = {}
        for (let i = 0; i < list.length; i++) o[list[i].key] = list[i].vals[out[i]]
        return o
      },
    }
  },
})
peers['floor-wasm'] = floorWasm(false)
peers['floor-wasm-eager'] = floorWasm(true)
