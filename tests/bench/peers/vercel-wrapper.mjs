// Vercel's `flags/next`, a wrapper only: the `decide` inside is floor-js, so the number is the wrapper's own cost.

import { attrs, loopAllAsync } from './kit.mjs'
import { floorEval } from './floor-js.mjs'
import floorJs from './floor-js.mjs'

const peers = {}
export default peers

peers['vercel-flags-wrapper'] = {
  lang: 'JS wrapper',
  imp: () => import('flags/next'),
  config: floorJs['floor-js'].config,
  async load(sdk, text, spec) {
    const F = JSON.parse(text).flags,
      fl = Object.fromEntries(spec.map(f => [f.key, sdk.flag({ key: f.key, decide: ({ entities }) => floorEval(F[f.key], entities) })]))
    const g = (k, u) => fl[k].run({ identify: u.a, request: u.req }),
      get = { bool: g, pct: g, exp: g, rules10: g }
    return {
      user: (U, i) => ({ a: attrs(U, i), req: { headers: { host: 'example.com', 'x-user': U.id[i] }, cookies: {} } }),
      get,
      isAsync: true,
      all: loopAllAsync(spec, get),
    }
  },
}
