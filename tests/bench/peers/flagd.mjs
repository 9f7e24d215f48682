// OpenFeature's flagd-core (JsonLogic): compiled by `new Function`, and interpreted as Workers need it.

import { ANY, PAID, byKind, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

const flagd = disableDynamicCodeGeneration => ({
  lang: 'JS',
  imp: () => import('@openfeature/flagd-core'),
  config: spec =>
    JSON.stringify({
      flags: byKind(spec, {
        bool: f => ({ state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: f.on ? 'on' : 'off' }),
        pct: () => ({
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          targeting: {
            fractional: [
              ['on', 50],
              ['off', 50],
            ],
          },
        }),
        exp: () => ({
          state: 'ENABLED',
          variants: { a: 'a', b: 'b', c: 'c', off: 'off' },
          defaultVariant: 'off',
          targeting: {
            if: [
              { and: [{ in: [{ var: 'plan' }, PAID] }, { '==': [{ var: 'country' }, 'US'] }] },
              {
                fractional: [
                  ['a', 34],
                  ['b', 33],
                  ['c', 33],
                ],
              },
              'off',
            ],
          },
        }),
        rules10: () => ({
          state: 'ENABLED',
          variants: { none: 'none', ...Object.fromEntries(range(10).map(k => [`v${k + 1}`, `v${k + 1}`])) },
          defaultVariant: 'none',
          targeting: {
            if: [
              ...range(9).flatMap(k => [{ and: [{ in: [{ var: 'plan' }, PAID] }, { in: [{ var: 'country' }, DEAD(k)] }] }, `v${k + 1}`]),
              { in: [{ var: 'plan' }, ANY] },
              'v10',
              'none',
            ],
          },
        }),
      }),
    }),
  async load(sdk, text, spec) {
    const quiet = { error() {}, warn() {}, info() {}, debug() {} }
    const opt = { disableDynamicCodeGeneration },
      c = new sdk.FlagdCore(undefined, quiet, opt)
    c.setConfigurations(text)
    const b = (k, u) => c.resolveBooleanEvaluation(k, false, u).value,
      s = (k, u) => c.resolveStringEvaluation(k, 'off', u).value,
      get = { bool: b, pct: b, exp: s, rules10: s }
    return {
      user: (U, i) => ({
        targetingKey: U.id[i],
        plan: U.plan[i],
        country: U.country[i],
        signup: U.signup[i],
        app: U.app[i],
        email: U.email[i],
      }),
      get,
      all: u => {
        const o = {}
        for (const r of c.resolveAll(u)) o[r.flagKey] = r.value
        return o
      },
    }
  },
})
peers['flagd-compiled'] = flagd(false)
peers['flagd-interp'] = flagd(true)
