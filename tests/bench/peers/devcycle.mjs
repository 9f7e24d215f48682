// DevCycle (AssemblyScript → wasm): protobuf per call as in its Node SDK, and JSON.

import { ABC, ANY, PAID, hex24, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

const dvF = (subType, values, dataKey) => ({
  type: 'user',
  subType,
  comparator: '=',
  values,
  ...(dataKey ? { dataKey, dataKeyType: 'String' } : {}),
})
const dvT = (id, filters, dist) => ({
  _id: id,
  _audience: { _id: '', filters: { operator: 'and', filters } },
  distribution: dist.map(([_variation, percentage]) => ({ _variation, percentage })),
})
const devcycle = json => ({
  lang: 'AssemblyScript wasm',
  imp: async () => {
    const m = (await import('@devcycle/bucketing-assembly-script')).default
    return { w: await m.instantiate(), PB: m.ProtobufTypes }
  },
  config: spec =>
    JSON.stringify({
      project: {
        _id: hex24(1),
        key: 'bench',
        a0_organization: 'org_bench',
        settings: { edgeDB: { enabled: false }, disablePassthroughRollouts: false },
      },
      environment: { _id: hex24(2), key: 'production' },
      audiences: {},
      variableHashes: {},
      variables: spec.map(f => ({
        _id: hex24(0x100000 + f.i),
        type: f.kind === 'bool' || f.kind === 'pct' ? 'Boolean' : 'String',
        key: f.key,
      })),
      features: spec.map(f => {
        const b = 0x1000000 + f.i * 32,
          vid = n => hex24(b + 8 + n),
          values = { bool: [f.on], pct: [true, false], exp: ABC, rules10: range(10).map(k => `v${k + 1}`) }[f.kind],
          all = [{ type: 'all', filters: [], operator: 'and' }].slice(0, 0).concat([{ type: 'all' }])
        const targets = {
          bool: () => [dvT(hex24(b + 1), all, [[vid(0), 1]])],
          pct: () => [
            dvT(hex24(b + 1), all, [
              [vid(0), 0.5],
              [vid(1), 0.5],
            ]),
          ],
          exp: () => [
            dvT(
              hex24(b + 1),
              [dvF('customData', PAID, 'plan'), dvF('country', ['US'])],
              EXP_W.map((w, n) => [vid(n), w / 100]),
            ),
          ],
          rules10: () => [
            ...range(9).map(k => dvT(hex24(b * 16 + k), [dvF('customData', PAID, 'plan'), dvF('country', DEAD(k))], [[vid(k), 1]])),
            dvT(hex24(b * 16 + 9), [dvF('customData', ANY, 'plan')], [[vid(9), 1]]),
          ],
        }[f.kind]()
        return {
          _id: hex24(b),
          type: 'release',
          key: f.key,
          configuration: { _id: hex24(b + 2), targets },
          variations: values.map((value, n) => ({
            _id: vid(n),
            key: `var-${n}`,
            name: `var ${n}`,
            variables: [{ _var: hex24(0x100000 + f.i), value }],
          })),
        }
      }),
    }),
  sparseAll: true,
  async load({ w, PB }, text, spec) {
    const key = `dvc_server_${spec.length}`,
      T = w.VariableType // same key again = the old config is replaced, as a poll would do
    w.setPlatformData(
      JSON.stringify({ platform: 'NodeJS', platformVersion: '20', sdkType: 'server', sdkVersion: '1.0.0', hostname: 'bench' }),
    )
    w.setConfigDataUTF8(key, Buffer.from(text, 'utf8'))
    const P = PB.VariableForUserParams_PB,
      V = PB.SDKVariable_PB,
      nul = value => ({ value, isNull: false }),
      str = stringValue => ({ type: 2, stringValue })
    const viaPB = (k, u, variableType) => {
      // the steps of @devcycle/nodejs-server-sdk variableForUser_PB, but no event tracking
      const params = {
        sdkKey: key,
        variableKey: k,
        variableType,
        shouldTrackEvent: false,
        user: {
          user_id: u.user_id,
          email: nul(u.email),
          country: nul(u.country),
          appVersion: nul(u.appVersion),
          customData: { value: { plan: str(u.customData.plan), signup: str(u.customData.signup) }, isNull: false },
        },
      }
      const err = P.verify(params)
      if (err) throw new Error(err)
      const r = w.variableForUser_PB(P.encode(params).finish())
      return r && V.decode(r)
    }
    const viaJSON = (k, u, t) => {
      const r = w.variableForUser(key, JSON.stringify(u), k, t, false)
      return r && JSON.parse(r)
    }
    const B = json ? (k, u) => viaJSON(k, u, T.Boolean)?.value ?? false : (k, u) => viaPB(k, u, T.Boolean)?.boolValue ?? false
    const S = json ? (k, u) => viaJSON(k, u, T.String)?.value ?? 'off' : (k, u) => viaPB(k, u, T.String)?.stringValue ?? 'off'
    return {
      user: (U, i) => ({
        user_id: U.id[i],
        email: U.email[i],
        country: U.country[i],
        appVersion: U.app[i],
        customData: { plan: U.plan[i], signup: U.signup[i] },
      }),
      get: { bool: B, pct: B, exp: S, rules10: S },
      all: u => {
        const v = JSON.parse(w.generateBucketedConfigForUser(key, JSON.stringify(u))).variables,
          o = {}
        for (const k in v) o[k] = v[k].value
        return o
      },
    }
  },
})
peers['devcycle-wasm'] = devcycle(false)
peers['devcycle-wasm-json'] = devcycle(true)
