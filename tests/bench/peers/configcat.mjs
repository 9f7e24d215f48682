// ConfigCat: the configuration served from the cache, offline.

import { ABC, ANY, PAID, byKind, loopAll, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const peers = {}
export default peers

let ccN = 0
const ccIn = (a, l) => ({ u: { a, c: 0, l } }) // 0 = TextIsOneOf (cleartext; the dashboard default is hashed = SHA-256 per comparison value)
peers.configcat = {
  lang: 'JS',
  imp: () => import('@configcat/sdk'),
  config: spec =>
    JSON.stringify({
      p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'c2FsdA==' },
      f: byKind(spec, {
        bool: f => ({ t: 0, v: { b: f.on }, i: 'v' }),
        pct: () => ({
          t: 0,
          p: [
            { p: 50, v: { b: true }, i: 't' },
            { p: 50, v: { b: false }, i: 'f' },
          ],
          v: { b: false },
          i: 'd',
        }),
        exp: () => ({
          t: 1,
          r: [{ c: [ccIn('plan', PAID), ccIn('Country', ['US'])], p: ABC.map((s, k) => ({ p: EXP_W[k], v: { s }, i: s })) }],
          v: { s: 'off' },
          i: 'd',
        }),
        rules10: () => ({
          t: 1,
          r: [
            ...range(9).map(k => ({ c: [ccIn('plan', PAID), ccIn('Country', DEAD(k))], s: { v: { s: `v${k + 1}` }, i: `v${k}` } })),
            { c: [ccIn('plan', ANY)], s: { v: { s: 'v10' }, i: 'v9' } },
          ],
          v: { s: 'none' },
          i: 'd',
        }),
      }),
    }),
  async load(sdk, text, spec) {
    const ser = `${Date.now()}\n"etag"\n${text}`
    const c = sdk.getClient(String(++ccN).padStart(22, '0') + '/' + '0'.repeat(22), sdk.PollingMode.ManualPoll, {
      cache: { get: () => ser, set() {} },
      offline: true,
      logger: sdk.createConsoleLogger(sdk.LogLevel.Off),
    })
    await c.waitForReady()
    const s = c.snapshot(),
      g1 = (k, u) => s.getValue(k, false, u),
      g2 = (k, u) => s.getValue(k, 'off', u),
      get = { bool: g1, pct: g1, exp: g2, rules10: g2 }
    return {
      user: (U, i) => ({
        identifier: U.id[i],
        email: U.email[i],
        country: U.country[i],
        custom: { plan: U.plan[i], signup: U.signup[i], app: U.app[i] },
      }),
      get,
      all: loopAll(spec, get),
      close() {
        c.dispose()
      },
    }
  },
}
