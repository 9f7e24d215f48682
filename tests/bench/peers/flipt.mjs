// Flipt (Rust → wasm, serde-wasm-bindgen).

import { ABC, ANY, PAID, loopAll, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

const flC = (property, list, i) => ({
  id: String(i),
  type: 'STRING_CONSTRAINT_COMPARISON_TYPE',
  property,
  operator: 'isoneof',
  value: JSON.stringify(list),
})
const flR = (f, rank, cons, dist) => ({
  id: `${f.key}-r${rank}`,
  rank,
  segmentOperator: 'OR_SEGMENT_OPERATOR',
  segments: [{ key: `s${rank}`, name: '', description: '', matchType: 'ALL_SEGMENT_MATCH_TYPE', constraints: cons }],
  distributions: dist.map(([variantKey, rollout]) => ({
    id: '',
    ruleId: '',
    variantId: variantKey,
    variantKey,
    variantAttachment: '',
    rollout,
  })),
})
peers['flipt-wasm'] = {
  lang: 'Rust wasm',
  imp: () => import('@flipt-io/flipt-client-js'),
  config: spec =>
    JSON.stringify({
      namespace: { key: 'default', name: '', description: '', protected: false },
      flags: spec.map(f => ({
        key: f.key,
        name: f.key,
        description: '',
        enabled: f.kind === 'bool' ? f.on : f.kind !== 'pct',
        type: f.kind === 'bool' || f.kind === 'pct' ? 'BOOLEAN_FLAG_TYPE' : 'VARIANT_FLAG_TYPE',
        createdAt: '2024-01-01T00:00:00Z',
        updatedAt: '2024-01-01T00:00:00Z',
        rules: {
          bool: () => [],
          pct: () => [],
          exp: () => [
            flR(
              f,
              1,
              [flC('plan', PAID, 1), flC('country', ['US'], 2)],
              ABC.map((k, n) => [k, EXP_W[n]]),
            ),
          ],
          rules10: () => [
            ...range(9).map(k => flR(f, k + 1, [flC('plan', PAID, 1), flC('country', DEAD(k), 2)], [[`v${k + 1}`, 100]])),
            flR(f, 10, [flC('plan', ANY, 1)], [['v10', 100]]),
          ],
        }[f.kind](),
        rollouts: f.kind === 'pct' ? [{ type: 'THRESHOLD_ROLLOUT_TYPE', rank: 1, threshold: { percentage: 50, value: true } }] : [],
      })),
    }),
  norm: (v, kind) => (v === '' ? 'off' : v),
  async load(sdk, text, spec) {
    const res = { ok: true, status: 200, statusText: 'OK', headers: { get: () => null }, json: async () => JSON.parse(text) }
    const c = await sdk.FliptClient.init({ namespace: 'default', url: 'http://127.0.0.1:9', updateInterval: 0, fetcher: async () => res })
    const b = (k, u) => c.evaluateBoolean({ flagKey: k, entityId: u.id, context: u.c }).enabled,
      s = (k, u) => c.evaluateVariant({ flagKey: k, entityId: u.id, context: u.c }).variantKey,
      get = { bool: b, pct: b, exp: s, rules10: s },
      keys = spec.map(f => f.key)
    return {
      user: (U, i) => ({
        id: U.id[i],
        c: { plan: U.plan[i], country: U.country[i], signup: U.signup[i], app: U.app[i], email: U.email[i] },
      }),
      get,
      all: loopAll(spec, get),
      batch: u => {
        const r = c.evaluateBatch(keys.map(flagKey => ({ flagKey, entityId: u.id, context: u.c }))),
          o = {}
        for (const x of r.responses) {
          const y = x.booleanEvaluationResponse || x.variantEvaluationResponse
          o[y.flagKey] = y.variantKey ?? y.enabled
        }
        return o
      },
      close: () => c.close?.(),
    }
  },
}
