// PostHog for Node: local evaluation.

import { ABC, ANY, PAID, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

const phP = (key, value) => ({ key, value, operator: 'exact', type: 'person' })
const phFlag = (f, groups, variants) => ({
  id: f.i + 1,
  team_id: 1,
  name: f.key,
  key: f.key,
  active: f.kind === 'bool' ? f.on : true,
  deleted: false,
  ensure_experience_continuity: false,
  filters: { groups, ...(variants ? { multivariate: { variants } } : {}), payloads: {} },
})
peers.posthog = {
  lang: 'JS',
  imp: () => import('posthog-node'),
  config: spec =>
    JSON.stringify({
      group_type_mapping: {},
      cohorts: {},
      flags: spec.map(f =>
        ({
          bool: () => phFlag(f, [{ properties: [], rollout_percentage: 100 }]),
          pct: () => phFlag(f, [{ properties: [], rollout_percentage: 50 }]),
          exp: () =>
            phFlag(
              f,
              [{ properties: [phP('plan', PAID), phP('country', ['US'])], rollout_percentage: 100 }],
              ABC.map((key, k) => ({ key, rollout_percentage: EXP_W[k] })),
            ),
          rules10: () =>
            phFlag(
              f,
              [
                ...range(9).map(k => ({
                  properties: [phP('plan', PAID), phP('country', DEAD(k))],
                  rollout_percentage: 100,
                  variant: `v${k + 1}`,
                })),
                { properties: [phP('plan', ANY)], rollout_percentage: 100, variant: 'v10' },
              ],
              range(10).map(k => ({ key: `v${k + 1}`, rollout_percentage: 10 })),
            ),
        })[f.kind](),
      ),
    }),
  norm: (v, kind) => (kind === 'exp' && v === false ? 'off' : v),
  async load(sdk, text, spec) {
    const res = { status: 200, ok: true, headers: { get: () => null }, text: async () => text, json: async () => JSON.parse(text) }
    const c = new sdk.PostHog('phc_bench', {
      host: 'http://127.0.0.1:9',
      personalApiKey: 'phx_bench',
      featureFlagsPollingInterval: 2 ** 30,
      fetch: async () => res,
      enableLocalEvaluation: true,
      sendFeatureFlagEvent: false,
      flushInterval: 0,
    })
    await c.waitForLocalEvaluationReady()
    const g = (k, u) => c.getFeatureFlag(k, u.id, u.o),
      get = { bool: g, pct: g, exp: g, rules10: g }
    return {
      user: (U, i) => ({
        id: U.id[i],
        o: {
          onlyEvaluateLocally: true,
          sendFeatureFlagEvents: false,
          personProperties: { plan: U.plan[i], country: U.country[i], signup: U.signup[i], app: U.app[i], email: U.email[i] },
        },
      }),
      get,
      isAsync: true,
      all: u => c.getAllFlags(u.id, u.o),
      close: () => c.shutdown(),
    }
  },
}
