// Vercel's @vercel/flags-core: the client (async) and its bare `evaluate` (sync).

import { ABC, ANY, PAID, attrs, byKind, loopAll, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

const vcFlag = (variants, i, fallthrough, rules) => ({
  variants,
  seed: i,
  environments: { production: { ...(rules ? { rules } : {}), fallthrough } },
})
const vc = {
  lang: 'JS',
  imp: () => import('@vercel/flags-core'),
  config: spec =>
    JSON.stringify({
      environment: 'production',
      projectId: 'prj_x',
      definitions: byKind(spec, {
        bool: f => vcFlag([false, true], f.i, f.on ? 1 : 0),
        pct: f => vcFlag([false, true], f.i, { type: 'split', base: ['user', 'id'], weights: [50, 50], defaultVariant: 0 }),
        exp: f =>
          vcFlag(['off', ...ABC], f.i, 0, [
            {
              conditions: [
                [['user', 'plan'], 'oneOf', PAID],
                [['user', 'country'], 'eq', 'US'],
              ],
              outcome: { type: 'split', base: ['user', 'id'], weights: [0, ...EXP_W], defaultVariant: 0 },
            },
          ]),
        rules10: f =>
          vcFlag(['none', ...range(10).map(k => `v${k + 1}`)], f.i, 0, [
            ...range(9).map(k => ({
              conditions: [
                [['user', 'plan'], 'oneOf', PAID],
                [['user', 'country'], 'oneOf', DEAD(k)],
              ],
              outcome: k + 1,
            })),
            { conditions: [[['user', 'plan'], 'oneOf', ANY]], outcome: 10 },
          ]),
      }),
    }),
}
const vcUser = (U, i) => ({ user: attrs(U, i) })
peers['vercel-flags-core'] = {
  ...vc,
  async load(sdk, text, spec) {
    const c = sdk.createClient('vf_server_peerbench', {
      datafile: JSON.parse(text),
      stream: false,
      polling: false,
      buildStep: false,
      disableMetrics: true,
    })
    await c.initialize()
    const g = async (k, u) => (await c.evaluate(k, false, u)).value,
      get = { bool: g, pct: g, exp: g, rules10: g },
      keys = spec.map(f => ({ key: f.key }))
    return {
      user: vcUser,
      get,
      isAsync: true,
      all: async u => {
        const r = await c.bulkEvaluate(keys, u),
          o = {}
        for (const k in r) o[k] = r[k].value
        return o
      },
      close: () => c.shutdown(),
    }
  },
}
peers['vercel-evaluate'] = {
  ...vc,
  async load(sdk, text, spec) {
    const d = JSON.parse(text),
      D = d.definitions,
      g = (k, u) => sdk.evaluate({ definition: D[k], environment: d.environment, entities: u, segments: d.segments }).value,
      get = { bool: g, pct: g, exp: g, rules10: g }
    return { user: vcUser, get, all: loopAll(spec, get) }
  },
}
