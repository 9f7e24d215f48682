// Statsig: three SDKs over the same project.

import { ANY, PAID, loopAll, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

const stCond = (type, operator, field, targetValue, extra = {}) => ({
  type,
  targetValue,
  operator,
  field,
  additionalValues: extra,
  idType: 'userID',
})
const stPub = stCond('public', null, null, null),
  stIn = (f, v) => stCond('user_field', 'any', f, v, { custom_field: f })
const stRule = (name, conds, returnValue, pass = 100, group) => ({
  name,
  groupName: group ?? name,
  passPercentage: pass,
  conditions: conds,
  returnValue,
  id: name,
  salt: name,
  idType: 'userID',
  ...(group ? { isExperimentGroup: true } : {}),
})
function stSpec(spec) {
  const gates = { paid_us: { rules: [stRule('paid_us', [stIn('plan', PAID), stCond('user_field', 'any', 'country', ['US'])], true)] } },
    configs = {}
  for (const f of spec) {
    if (f.kind === 'bool') gates[f.key] = { rules: f.on ? [stRule('all', [stPub], true)] : [] } // off = no rules
    if (f.kind === 'pct') gates[f.key] = { rules: [stRule('half', [stPub], true, 50)] }
    if (f.kind === 'exp')
      configs[f.key] = {
        entity: 'experiment',
        isActive: true,
        rules: [
          stRule('targetingGate', [stCond('fail_gate', null, null, 'paid_us')], { v: 'off' }),
          ...[
            [340, 'a'],
            [670, 'b'],
            [1000, 'c'],
          ].map(([n, v]) => stRule(`g_${v}`, [stCond('user_bucket', 'lt', null, n, { salt: f.key })], { v }, 100, v)),
        ],
      }
    if (f.kind === 'rules10')
      configs[f.key] = {
        entity: 'dynamic_config',
        rules: [
          ...range(9).map(k => stRule(`r${k}`, [stIn('plan', PAID), stCond('user_field', 'any', 'country', DEAD(k))], { v: `v${k + 1}` })),
          stRule('r9', [stIn('plan', ANY)], { v: 'v10' }),
        ],
      }
  }
  for (const k in gates)
    gates[k] = {
      name: k,
      type: 'feature_gate',
      salt: k,
      enabled: true,
      defaultValue: false,
      idType: 'userID',
      entity: 'feature_gate',
      ...gates[k],
    }
  for (const k in configs)
    configs[k] = {
      name: k,
      type: 'dynamic_config',
      salt: k,
      enabled: true,
      defaultValue: { v: k.includes('rules10') ? 'none' : 'off' },
      idType: 'userID',
      ...configs[k],
    }
  return { gates, configs }
}
const stV1 = spec => {
  const { gates, configs } = stSpec(spec)
  return JSON.stringify({
    has_updates: true,
    time: 1700000000000,
    feature_gates: Object.values(gates),
    dynamic_configs: Object.values(configs),
    layer_configs: [],
    layers: {},
    id_lists: {},
    param_stores: {},
  })
}
const stV2 = spec => {
  const { gates, configs } = stSpec(spec),
    condition_map = {},
    ids = new Map()
  const intern = c => {
    const s = JSON.stringify(c)
    if (!ids.has(s)) {
      ids.set(s, String(1000 + ids.size))
      condition_map[ids.get(s)] = c
    }
    return ids.get(s)
  }
  for (const s of [...Object.values(gates), ...Object.values(configs)])
    s.rules = s.rules.map(r => ({ ...r, conditions: r.conditions.map(intern) }))
  return JSON.stringify({
    has_updates: true,
    time: 1700000000000,
    feature_gates: gates,
    dynamic_configs: configs,
    layer_configs: {},
    condition_map,
    experiment_to_layer: {},
    id_lists: {},
    sdk_keys_to_app_ids: {},
    diagnostics: {},
    response_format: 'dcs-v2',
  })
}
const stUser = (U, i) => ({
  userID: U.id[i],
  email: U.email[i],
  country: U.country[i],
  appVersion: U.app[i],
  custom: { plan: U.plan[i], signup: U.signup[i] },
})
const NOEXP = { disableExposureLogging: true }
let stN = 0
peers['statsig-node-core'] = {
  lang: 'Rust napi',
  imp: async () => (await import('@statsig/statsig-node-core')).default,
  config: stV2,
  async load(sdk, text, spec) {
    const dataStore = {
      initialize: async () => {},
      shutdown: async () => {},
      get: async () => ({ result: text, time: 1700000000000 }),
      set: async () => {},
      supportPollingUpdatesFor: async () => false,
    }
    const c = new sdk.Statsig(`secret-${++stN}`, {
      dataStore,
      disableNetwork: true,
      disableAllLogging: true,
      disableCountryLookup: true,
      enableIdLists: false,
      outputLogLevel: 'none',
      specAdaptersConfig: [{ adapterType: 'data_store', initTimeoutMs: 20000 }],
    })
    await c.initialize()
    const b = (k, u) => c.checkGate(u, k, NOEXP),
      s = (k, u) => c.getExperiment(u, k, NOEXP).value.v,
      d = (k, u) => c.getDynamicConfig(u, k, NOEXP).value.v,
      get = { bool: b, pct: b, exp: s, rules10: d }
    return { user: (U, i) => new sdk.StatsigUser(stUser(U, i)), get, all: loopAll(spec, get), close: () => c.shutdown(1000) }
  },
}
peers['statsig-node'] = {
  lang: 'JS',
  imp: async () => (await import('statsig-node')).default,
  config: stV1,
  async load(sdk, text, spec) {
    const c = new sdk.StatsigServer(`secret-${++stN}`, {
      bootstrapValues: text,
      localMode: true,
      initStrategyForIP3Country: 'none',
      initStrategyForIDLists: 'none',
      disableDiagnostics: true,
      disableAllLogging: true,
      disableRulesetsSync: true,
      disableIdListsSync: true,
    })
    await c.initializeAsync()
    const b = (k, u) => c.checkGate(u, k, NOEXP),
      s = (k, u) => c.getExperiment(u, k, NOEXP).value.v,
      d = (k, u) => c.getConfig(u, k, NOEXP).value.v,
      get = { bool: b, pct: b, exp: s, rules10: d }
    return {
      user: stUser,
      get,
      all: loopAll(spec, get),
      close() {
        c.shutdown()
      },
    }
  },
}
peers['statsig-ondevice'] = {
  lang: 'JS',
  imp: async () => (await import('@statsig/js-on-device-eval-client')).default,
  config: stV1,
  async load(sdk, text, spec) {
    const c = new sdk.StatsigOnDeviceEvalClient(`client-${++stN}`, {
      networkConfig: { preventAllNetworkTraffic: true },
      disableLogging: true,
      loggingEnabled: 'disabled',
      logLevel: 0,
      disableStorage: true,
    })
    c.dataAdapter.setData(text)
    c.initializeSync()
    const o = { disableExposureLog: true },
      b = (k, u) => c.checkGate(k, u, o),
      s = (k, u) => c.getExperiment(k, u, o).value.v,
      d = (k, u) => c.getDynamicConfig(k, u, o).value.v,
      get = { bool: b, pct: b, exp: s, rules10: d }
    return { user: stUser, get, all: loopAll(spec, get), close: () => c.shutdown() }
  },
}
