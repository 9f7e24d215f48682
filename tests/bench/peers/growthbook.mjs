// GrowthBook.

import { ABC, ANY, PAID, attrs, byKind, loopAll, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

const gbCond = { plan: { $in: PAID }, country: 'US' }
const gb = {
  lang: 'JS',
  imp: () => import('@growthbook/growthbook'),
  config: spec =>
    JSON.stringify({
      features: byKind(spec, {
        bool: f => ({ defaultValue: f.on }),
        pct: f => ({ defaultValue: false, rules: [{ force: true, coverage: 0.5, hashAttribute: 'id', hashVersion: 2, seed: f.key }] }),
        exp: f => ({
          defaultValue: 'off',
          rules: [
            {
              key: f.key,
              seed: f.key,
              hashVersion: 2,
              hashAttribute: 'id',
              condition: gbCond,
              variations: ABC,
              weights: EXP_W.map(w => w / 100),
              coverage: 1,
            },
          ],
        }),
        rules10: () => ({
          defaultValue: 'none',
          rules: [
            ...range(9).map(k => ({ condition: { plan: { $in: PAID }, country: { $in: DEAD(k) } }, force: `v${k + 1}` })),
            { condition: { plan: { $in: ANY } }, force: 'v10' },
          ],
        }),
      }),
    }),
  async load(sdk, text, spec) {
    const c = new sdk.GrowthBookClient().initSync({ payload: JSON.parse(text) })
    const b = (k, u) => c.isOn(k, u),
      s = (k, u) => c.getFeatureValue(k, 'off', u),
      get = { bool: b, pct: b, exp: s, rules10: s }
    return {
      user: (U, i) => ({ attributes: attrs(U, i) }),
      get,
      all: loopAll(spec, get),
      close() {
        c.destroy()
      },
    }
  },
}
peers.growthbook = gb
// same SDK bundled with esbuild, process.env.NODE_ENV replaced at build time (what a Next.js/Workers build gives)
peers['growthbook-bundled'] = { ...gb, imp: () => import('../out/growthbook-bundled.mjs') }
