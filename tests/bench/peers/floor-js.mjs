// The least a hand-written evaluator in JavaScript can be: the yardstick of every ratio.

import { ANY, PAID, attrs, byKind, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

// condition: [attr, [values]] (all must hold). rule: {c, v} or {c, w:[[upto, value]..]}.  Hash: FNV-1a 32 over salt + id, + murmur finalizer.
/** FNV-1a over salt and id, then the finaliser of MurmurHash3. */
function fnv(salt, s) {
  let h = salt
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  return h >>> 0
}
export function floorEval(f, u) {
  const R = f.r
  next: for (let i = 0; i < R.length; i++) {
    const r = R[i],
      c = r.c
    for (let j = 0; j < c.length; j++) if (!c[j][1].includes(u[c[j][0]])) continue next
    if (r.w === undefined) return r.v
    const h = fnv(f.s, u.id) / 42949.67296 // 0..100000
    for (let j = 0; j < r.w.length; j++) if (h < r.w[j][0]) return r.w[j][1]
  }
  return f.d
}
peers['floor-js'] = {
  lang: 'hand JS',
  imp: async () => null,
  config: spec =>
    JSON.stringify({
      flags: byKind(spec, {
        bool: f => ({ d: f.on, s: f.i, r: [] }),
        pct: f => ({ d: false, s: f.i, r: [{ c: [], w: [[50000, true]] }] }),
        exp: f => ({
          d: 'off',
          s: f.i,
          r: [
            {
              c: [
                ['plan', PAID],
                ['country', ['US']],
              ],
              w: [
                [34000, 'a'],
                [67000, 'b'],
                [100001, 'c'],
              ],
            },
          ],
        }),
        rules10: f => ({
          d: 'none',
          s: f.i,
          r: [
            ...range(9).map(k => ({
              c: [
                ['plan', PAID],
                ['country', DEAD(k)],
              ],
              v: `v${k + 1}`,
            })),
            { c: [['plan', ANY]], v: 'v10' },
          ],
        }),
      }),
    }),
  async load(_, text, spec) {
    const F = JSON.parse(text).flags
    const g = (k, u) => floorEval(F[k], u),
      get = { bool: g, pct: g, exp: g, rules10: g }
    return {
      user: attrs,
      get,
      all: u => {
        const o = {}
        for (const k in F) o[k] = floorEval(F[k], u)
        return o
      },
    }
  },
}
