// Split: `initialRolloutPlan`, default impressions (mode NONE is twice as slow because of its Bloom filter).

import { ABC, ANY, PAID, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

const spM = (attribute, whitelist) => ({
  keySelector: { trafficType: 'user', attribute },
  matcherType: 'WHITELIST',
  negate: false,
  userDefinedSegmentMatcherData: null,
  whitelistMatcherData: { whitelist },
  unaryNumericMatcherData: null,
  betweenMatcherData: null,
})
const spAll = { keySelector: { trafficType: 'user', attribute: null }, matcherType: 'ALL_KEYS', negate: false }
const spC = (matchers, parts) => ({
  conditionType: 'ROLLOUT',
  matcherGroup: { combiner: 'AND', matchers },
  partitions: parts.map(([treatment, size]) => ({ treatment, size })),
  label: 'in rule',
})
let spN = 0
peers.split = {
  lang: 'JS',
  imp: async () => (await import('@splitsoftware/splitio')).default,
  config: spec =>
    JSON.stringify({
      splitChanges: {
        ff: {
          s: -1,
          t: 1,
          d: spec.map(f => ({
            trafficTypeName: 'user',
            name: f.key,
            trafficAllocation: 100,
            trafficAllocationSeed: f.i + 7,
            seed: f.i + 1,
            status: 'ACTIVE',
            killed: false,
            defaultTreatment: f.kind === 'rules10' ? 'none' : 'off',
            changeNumber: 1,
            algo: 2,
            configurations: {},
            sets: [],
            conditions: {
              bool: () => [spC([spAll], [[f.on ? 'on' : 'off', 100]])],
              pct: () => [
                spC(
                  [spAll],
                  [
                    ['on', 50],
                    ['off', 50],
                  ],
                ),
              ],
              exp: () => [
                spC(
                  [spM('plan', PAID), spM('country', ['US'])],
                  ABC.map((t, k) => [t, EXP_W[k]]),
                ),
              ],
              rules10: () => [
                ...range(9).map(k => spC([spM('plan', PAID), spM('country', DEAD(k))], [[`v${k + 1}`, 100]])),
                spC([spM('plan', ANY)], [['v10', 100]]),
              ],
            }[f.kind](),
          })),
        },
      },
    }),
  norm: (v, kind) => (kind === 'bool' || kind === 'pct' ? v === 'on' : v),
  async load(sdk, text, spec) {
    const dead = 'http://127.0.0.1:9/api'
    const fac = sdk.SplitFactory({
      core: { authorizationKey: `bench${++spN}`, labelsEnabled: false, IPAddressesEnabled: false },
      initialRolloutPlan: JSON.parse(text),
      streamingEnabled: false,
      sync: { enabled: false },
      startup: { readyTimeout: 0, requestTimeoutBeforeReady: 1e6, retriesOnFailureBeforeReady: 0 },
      urls: { sdk: dead, events: dead, auth: dead, streaming: dead, telemetry: dead },
      debug: false,
    })
    const c = fac.client(),
      g = (k, u) => c.getTreatment(u.id, k, u.a),
      get = { bool: g, pct: g, exp: g, rules10: g },
      keys = spec.map(f => f.key)
    return {
      user: (U, i) => ({
        id: U.id[i],
        a: { plan: U.plan[i], country: U.country[i], signup: U.signup[i], app: U.app[i], email: U.email[i] },
      }),
      get,
      all: u => c.getTreatments(u.id, keys, u.a),
      close: () => {
        c.destroy().catch(() => {})
      },
    }
  },
}
