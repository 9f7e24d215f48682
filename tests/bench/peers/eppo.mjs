// Eppo (UFC).

import { ABC, ANY, PAID, attrs, byKind, loopAll, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

const eppoFlag = (key, type, vals, allocations) => ({
  key,
  enabled: true,
  variationType: type,
  variations: Object.fromEntries(vals.map(v => [String(v), { key: String(v), value: v }])),
  totalShards: 10000,
  allocations,
})
const shard = (key, start, end) => [{ salt: key, ranges: [{ start, end }] }]
peers.eppo = {
  lang: 'JS',
  imp: async () => (await import('@eppo/js-client-sdk-common')).default,
  config: spec =>
    JSON.stringify({
      createdAt: '2026-01-01T00:00:00Z',
      format: 'SERVER',
      environment: { name: 'Prod' },
      flags: byKind(spec, {
        bool: f =>
          eppoFlag(f.key, 'BOOLEAN', [true, false], [{ key: 'a1', splits: [{ variationKey: String(f.on), shards: [] }], doLog: false }]),
        pct: f =>
          eppoFlag(
            f.key,
            'BOOLEAN',
            [true, false],
            [
              {
                key: 'a1',
                splits: [
                  { variationKey: 'true', shards: shard(f.key, 0, 5000) },
                  { variationKey: 'false', shards: [] },
                ],
                doLog: false,
              },
            ],
          ),
        exp: f =>
          eppoFlag(f.key, 'STRING', ABC, [
            {
              key: 'a1',
              doLog: false,
              rules: [
                {
                  conditions: [
                    { attribute: 'plan', operator: 'ONE_OF', value: PAID },
                    { attribute: 'country', operator: 'ONE_OF', value: ['US'] },
                  ],
                },
              ],
              splits: [
                { variationKey: 'a', shards: shard(f.key, 0, 3400) },
                { variationKey: 'b', shards: shard(f.key, 3400, 6700) },
                { variationKey: 'c', shards: shard(f.key, 6700, 10000) },
              ],
            },
          ]),
        rules10: f =>
          eppoFlag(
            f.key,
            'STRING',
            range(10).map(k => `v${k + 1}`),
            [
              ...range(9).map(k => ({
                key: `a${k}`,
                doLog: false,
                rules: [
                  {
                    conditions: [
                      { attribute: 'plan', operator: 'ONE_OF', value: PAID },
                      { attribute: 'country', operator: 'ONE_OF', value: DEAD(k) },
                    ],
                  },
                ],
                splits: [{ variationKey: `v${k + 1}`, shards: [] }],
              })),
              {
                key: 'a9',
                doLog: false,
                rules: [{ conditions: [{ attribute: 'plan', operator: 'ONE_OF', value: ANY }] }],
                splits: [{ variationKey: 'v10', shards: [] }],
              },
            ],
          ),
      }),
    }),
  async load(sdk, text, spec) {
    const d = JSON.parse(text),
      store = new sdk.MemoryOnlyConfigurationStore()
    await store.setEntries(d.flags)
    store.setFormat(d.format)
    store.setEnvironment(d.environment)
    const c = new sdk.EppoClient({ flagConfigurationStore: store })
    const b = (k, u) => c.getBooleanAssignment(k, u.id, u.a, false),
      s = (k, u) => c.getStringAssignment(k, u.id, u.a, 'off'),
      get = { bool: b, pct: b, exp: s, rules10: s }
    return { user: (U, i) => ({ id: U.id[i], a: attrs(U, i) }), get, all: loopAll(spec, get) }
  },
}
