// Unleash's Node client, bootstrapped.

import { ANY, PAID, loopAll, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

const unIn = (contextName, values) => ({ contextName, operator: 'IN', inverted: false, caseInsensitive: false, values })
const unVar = (name, weight) => ({ name, weight, stickiness: 'userId' })
const unRoll = (key, rollout, constraints = [], variants = []) => ({
  name: 'flexibleRollout',
  parameters: { rollout: String(rollout), stickiness: 'userId', groupId: key },
  constraints,
  variants,
})
const unleashConfig = spec =>
  JSON.stringify({
    version: 2,
    features: spec.map(f => ({
      name: f.key,
      type: 'release',
      enabled: f.kind === 'bool' ? f.on : true,
      stale: false,
      impressionData: false,
      project: 'default',
      variants: [],
      strategies: {
        bool: () => [{ name: 'default', parameters: {}, constraints: [] }],
        pct: () => [unRoll(f.key, 50)],
        exp: () => [unRoll(f.key, 100, [unIn('plan', PAID), unIn('country', ['US'])], [unVar('a', 340), unVar('b', 330), unVar('c', 330)])],
        rules10: () => [
          ...range(9).map(k => unRoll(f.key, 100, [unIn('plan', PAID), unIn('country', DEAD(k))], [unVar(`v${k + 1}`, 1000)])),
          unRoll(f.key, 100, [unIn('plan', ANY)], [unVar('v10', 1000)]),
        ],
      }[f.kind](),
    })),
  })
peers['unleash-node'] = {
  lang: 'JS',
  imp: async () => (await import('unleash-client')).default,
  config: unleashConfig,
  norm: v => (v === 'disabled' ? 'off' : v),
  userOf: (U, i) => ({
    userId: U.id[i],
    properties: { plan: U.plan[i], country: U.country[i], signup: U.signup[i], app: U.app[i], email: U.email[i] },
  }),
  async load(sdk, text, spec) {
    const c = new sdk.Unleash({
      url: 'http://127.0.0.1:9/api',
      appName: 'bench',
      disableMetrics: true,
      disableAutoStart: true,
      skipInstanceCountWarning: true,
      storageProvider: new sdk.InMemStorageProvider(),
      bootstrap: { data: JSON.parse(text).features },
    })
    const ready = new Promise(r => c.once('ready', r))
    c.on('error', () => {})
    c.on('warn', () => {})
    await c.repository.loadBootstrap()
    await ready // start() would also do one (failing) network fetch
    const b = (k, u) => c.isEnabled(k, u),
      s = (k, u) => c.getVariant(k, u).name,
      get = { bool: b, pct: b, exp: s, rules10: s }
    return {
      user: peers['unleash-node'].userOf,
      get,
      all: loopAll(spec, get),
      close() {
        c.destroy()
      },
    }
  },
}
