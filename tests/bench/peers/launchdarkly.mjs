// LaunchDarkly's Node server SDK: file data source, no events.

import { ABC, ANY, PAID, byKind, range } from './kit.mjs'
import { DEAD } from '../spec.mjs'

const peers = {}
export default peers

const ldCl = (attribute, values) => ({ contextKind: 'user', attribute, op: 'in', negate: false, values })
const ldFlag = (key, variations, fallthrough, rules = []) => ({
  key,
  version: 1,
  on: true,
  prerequisites: [],
  targets: [],
  contextTargets: [],
  rules,
  fallthrough,
  offVariation: 0,
  variations,
  salt: key,
  trackEvents: false,
  trackEventsFallthrough: false,
  debugEventsUntilDate: null,
  clientSide: false,
  deleted: false,
})
const ldRoll = ws => ({
  kind: 'rollout',
  contextKind: 'user',
  bucketBy: 'key',
  variations: ws.map(([variation, weight]) => ({ variation, weight })),
})
let ldN = 0
peers.launchdarkly = {
  lang: 'JS',
  imp: async () => ({
    ...(await import('@launchdarkly/node-server-sdk')).default,
    integrations: (await import('@launchdarkly/node-server-sdk/integrations')).default,
  }),
  config: spec =>
    JSON.stringify({
      segments: {},
      flags: byKind(spec, {
        bool: f => ldFlag(f.key, [false, true], { variation: +f.on }),
        pct: f =>
          ldFlag(f.key, [false, true], {
            rollout: ldRoll([
              [0, 50000],
              [1, 50000],
            ]),
          }),
        exp: f =>
          ldFlag(f.key, ['off', ...ABC], { variation: 0 }, [
            {
              id: 'r0',
              clauses: [ldCl('plan', PAID), ldCl('country', ['US'])],
              rollout: ldRoll([
                [1, 34000],
                [2, 33000],
                [3, 33000],
              ]),
              trackEvents: false,
            },
          ]),
        rules10: f =>
          ldFlag(f.key, ['none', ...range(10).map(k => `v${k + 1}`)], { variation: 0 }, [
            ...range(9).map(k => ({
              id: `r${k}`,
              clauses: [ldCl('plan', PAID), ldCl('country', DEAD(k))],
              variation: k + 1,
              trackEvents: false,
            })),
            { id: 'r9', clauses: [ldCl('plan', ANY)], variation: 10, trackEvents: false },
          ]),
      }),
    }),
  stage: async text => {
    const p = `/dev/shm/peerbench-ld-${process.pid}-${++ldN}.json`
    ;(await import('node:fs')).writeFileSync(p, text)
    return p
  }, // not timed
  async load(sdk, text, spec, path) {
    const quiet = { error() {}, warn() {}, info() {}, debug() {} }
    const c = sdk.init(`sdk-${ldN}`, {
      updateProcessor: new sdk.integrations.FileDataSourceFactory({ paths: [path] }).getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: quiet,
    })
    await c.waitForInitialization({ timeout: 30 })
    const b = (k, u) => c.boolVariation(k, u, false),
      s = (k, u) => c.stringVariation(k, u, 'off'),
      get = { bool: b, pct: b, exp: s, rules10: s }
    return {
      user: (U, i) => ({
        kind: 'user',
        key: U.id[i],
        plan: U.plan[i],
        country: U.country[i],
        signup: U.signup[i],
        app: U.app[i],
        email: U.email[i],
      }),
      get,
      isAsync: true,
      all: async u => (await c.allFlagsState(u)).allValues(),
      close: () => c.close(),
    }
  },
}
