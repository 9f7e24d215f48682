// Featurevisor 2.

import { ABC, ANY, PAID, attrs, byKind, loopAll, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

peers.featurevisor = {
  lang: 'JS',
  imp: () => import('@featurevisor/sdk'),
  config: spec => {
    const segments = {
      'paid-us': {
        conditions: [
          { attribute: 'plan', operator: 'in', value: PAID },
          { attribute: 'country', operator: 'equals', value: 'US' },
        ],
      },
      any: { conditions: [{ attribute: 'plan', operator: 'in', value: ANY }] },
    }
    for (const k of range(9))
      segments[`dead-${k}`] = {
        conditions: [
          { attribute: 'plan', operator: 'in', value: PAID },
          { attribute: 'country', operator: 'in', value: DEAD(k) },
        ],
      }
    return JSON.stringify({
      schemaVersion: '2',
      revision: '1',
      segments,
      features: byKind(spec, {
        bool: f => ({ bucketBy: 'id', traffic: [{ key: '1', segments: '*', percentage: f.on ? 100000 : 0 }] }),
        pct: () => ({ bucketBy: 'id', traffic: [{ key: '1', segments: '*', percentage: 50000 }] }),
        exp: () => ({
          bucketBy: 'id',
          variations: ABC.map(value => ({ value })),
          traffic: [
            {
              key: '1',
              segments: 'paid-us',
              percentage: 100000,
              allocation: [
                { variation: 'a', range: [0, 34000] },
                { variation: 'b', range: [34000, 67000] },
                { variation: 'c', range: [67000, 100000] },
              ],
            },
          ],
        }),
        rules10: () => ({
          bucketBy: 'id',
          variations: range(10).map(k => ({ value: `v${k + 1}` })),
          traffic: [
            ...range(9).map(k => ({ key: `${k}`, segments: `dead-${k}`, percentage: 100000, variation: `v${k + 1}` })),
            { key: '9', segments: 'any', percentage: 100000, variation: 'v10' },
          ],
        }),
      }),
    })
  },
  async load(sdk, text, spec) {
    const c = sdk.createInstance({ datafile: text, logLevel: 'error' })
    const b = (k, u) => c.isEnabled(k, u),
      s = (k, u) => c.getVariation(k, u),
      get = { bool: b, pct: b, exp: s, rules10: s }
    return {
      user: attrs,
      get,
      all: loopAll(spec, get),
      close() {
        c.close()
      },
    }
  },
}
