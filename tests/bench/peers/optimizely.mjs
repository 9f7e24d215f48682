// Optimizely: datafile v4, the decide API, no event processor.

import { ABC, ANY, PAID, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

const opAud = (id, conds) => ({
  id,
  name: id,
  conditions: [
    'and',
    ...conds.map(([name, vals]) => ['or', ['or', ...vals.map(value => ({ name, match: 'exact', type: 'custom_attribute', value }))]]),
  ],
})
const opVar = (id, key, on) => ({ id, key, featureEnabled: on, variables: [] })
const opExp = (id, vars, traffic, aud) => ({
  id,
  key: id,
  status: 'Running',
  layerId: `l${id}`,
  forcedVariations: {},
  audienceIds: aud ? [aud] : [],
  audienceConditions: aud ? ['or', aud] : [],
  variations: vars,
  trafficAllocation: traffic,
})
peers.optimizely = {
  lang: 'JS',
  imp: () => import('@optimizely/optimizely-sdk'),
  config: spec => {
    const rollouts = [],
      experiments = [],
      featureFlags = []
    for (const f of spec) {
      const id = `1${String(f.i).padStart(6, '0')}`,
        V = (n, key, on) => opVar(`${id}v${n}`, key, on)
      const ro = rules => {
        rollouts.push({ id: `r${id}`, experiments: rules })
        return `r${id}`
      }
      let rolloutId = '',
        experimentIds = []
      if (f.kind === 'bool')
        rolloutId = ro([opExp(`${id}e`, [V(0, f.on ? 'on' : 'off', f.on)], [{ entityId: `${id}v0`, endOfRange: 10000 }])])
      if (f.kind === 'pct') rolloutId = ro([opExp(`${id}e`, [V(0, 'on', true)], [{ entityId: `${id}v0`, endOfRange: 5000 }])])
      if (f.kind === 'exp') {
        experiments.push(
          opExp(
            `${id}e`,
            ABC.map((k, n) => V(n, k, true)),
            [3400, 6700, 10000].map((endOfRange, n) => ({ entityId: `${id}v${n}`, endOfRange })),
            'paidus',
          ),
        )
        experimentIds = [`${id}e`]
      }
      if (f.kind === 'rules10')
        rolloutId = ro([
          ...range(9).map(k => opExp(`${id}e${k}`, [V(k, `v${k + 1}`, true)], [{ entityId: `${id}v${k}`, endOfRange: 10000 }], `dead${k}`)),
          opExp(`${id}e9`, [V(9, 'v10', true)], [{ entityId: `${id}v9`, endOfRange: 10000 }], 'any'),
          opExp(`${id}e10`, [V(10, 'none', false)], [{ entityId: `${id}v10`, endOfRange: 10000 }]),
        ])
      featureFlags.push({ id, key: f.key, rolloutId, experimentIds, variables: [] })
    }
    return JSON.stringify({
      version: '4',
      rollouts,
      typedAudiences: [
        opAud('paidus', [
          ['plan', PAID],
          ['country', ['US']],
        ]),
        opAud('any', [['plan', ANY]]),
        ...range(9).map(k =>
          opAud(`dead${k}`, [
            ['plan', PAID],
            ['country', DEAD(k)],
          ]),
        ),
      ],
      anonymizeIP: false,
      projectId: '1',
      variables: [],
      featureFlags,
      experiments,
      audiences: [],
      groups: [],
      attributes: ['plan', 'country', 'signup', 'app', 'email'].map((key, i) => ({ id: `a${i}`, key })),
      botFiltering: false,
      accountId: '1',
      events: [],
      revision: '1',
    })
  },
  norm: (v, kind) => (kind === 'exp' && v === null ? 'off' : v),
  async load(sdk, text, spec) {
    const c = sdk.createInstance({ projectConfigManager: sdk.createStaticProjectConfigManager({ datafile: text }) })
    await c.onReady()
    const b = (k, u) => u.decide(k).enabled,
      s = (k, u) => u.decide(k).variationKey,
      get = { bool: b, pct: b, exp: s, rules10: s },
      kinds = Object.fromEntries(spec.map(f => [f.key, f.kind === 'bool' || f.kind === 'pct']))
    return {
      user: (U, i) =>
        c.createUserContext(U.id[i], { plan: U.plan[i], country: U.country[i], signup: U.signup[i], app: U.app[i], email: U.email[i] }),
      get,
      all: u => {
        const r = u.decideAll(),
          o = {}
        for (const k in r) o[k] = kinds[k] ? r[k].enabled : r[k].variationKey
        return o
      },
      close: () => c.close(),
    }
  },
}
