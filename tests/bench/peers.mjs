// Every adapter by its name, in the order of the tables. An adapter is
//   imp()                     imports the SDK
//   config(spec)              the work of spec.mjs as the SDK's own configuration, a text
//   prepare?(text)            what is done before a configuration is served: our datafile is compiled. Never timed
//   stage?(text, flag)        puts the text where the SDK insists on finding it. Never timed
//   load(sdk, text, spec, staged)  from the text, or what `prepare` made of it, to an evaluator, timed as W3:
//     { user(U, i): a new user in the SDK's own shape, get: { bool, pct, exp, rules10 }: (key, user) → value,
//       all(user): a plain object { flag: value }, isAsync?, close?() }
//   norm?(value, kind)        the neutral value, for check.mjs only
//   only?                     the one work it can do: w1, w2, w3, mem, w4 or check

import configcat from './peers/configcat.mjs'
import devcycle from './peers/devcycle.mjs'
import eppo from './peers/eppo.mjs'
import featurevisor from './peers/featurevisor.mjs'
import flagd from './peers/flagd.mjs'
import flipt from './peers/flipt.mjs'
import floorEngine from './peers/floor-engine.mjs'
import floorJs from './peers/floor-js.mjs'
import floorWasm from './peers/floor-wasm.mjs'
import growthbook from './peers/growthbook.mjs'
import isoflag from './peers/isoflag.mjs'
import launchdarkly from './peers/launchdarkly.mjs'
import optimizely from './peers/optimizely.mjs'
import posthog from './peers/posthog.mjs'
import split from './peers/split.mjs'
import statsig from './peers/statsig.mjs'
import unleash from './peers/unleash.mjs'
import vercel from './peers/vercel.mjs'
import vercelWrapper from './peers/vercel-wrapper.mjs'

export const peers = {
  ...floorJs,
  ...floorWasm,
  ...floorEngine,
  ...isoflag,
  ...growthbook,
  ...featurevisor,
  ...vercel,
  ...flagd,
  ...eppo,
  ...configcat,
  ...unleash,
  ...optimizely,
  ...launchdarkly,
  ...posthog,
  ...split,
  ...statsig,
  ...devcycle,
  ...flipt,
  ...vercelWrapper,
}

/** The names of those that can do this work. */
export const able = work => Object.keys(peers).filter(name => [undefined, work].includes(peers[name].only))

/** Those that evaluate by themselves and are products of others: what "the best peer" is chosen from. */
export const rivals = Object.keys(peers).filter(name => !/^(floor-|isoflag|vercel-flags-wrapper)/.test(name))
