// isoflag: the packed npm package, as Node takes it. The datafile is compiled beforehand, as an app has it done when it
// publishes; `isoflag-text` compiles it inside the timed load, for comparison.

import { ABC, ANY, PAID, attrs, byKind, range } from './kit.mjs'
import { DEAD, EXP_W } from '../spec.mjs'

const plan = list => ({ attribute: 'plan', in: list })
const country = list => ({ attribute: 'country', in: list })
const named = names => Object.fromEntries(names.map(name => [name, name]))
const OFF = { variants: { on: true, off: false }, off: 'off' }

const config = spec =>
  JSON.stringify({
    version: 1,
    flags: byKind(spec, {
      bool: f => ({ type: 'boolean', ...OFF, default: f.on ? 'on' : 'off' }),
      pct: () => ({ type: 'boolean', ...OFF, rules: [{ split: { unit: 'id', arms: [{ variant: 'on', weight: 50 }, { variant: 'off', weight: 50 }] } }] }),
      exp: () => ({
        type: 'string',
        variants: named(['off', ...ABC]),
        off: 'off',
        rules: [
          {
            if: { all: [plan(PAID), { attribute: 'country', equals: 'US' }] },
            split: { unit: 'id', control: 'a', arms: ABC.map((variant, k) => ({ variant, weight: EXP_W[k] })) },
          },
        ],
      }),
      rules10: () => ({
        type: 'string',
        variants: named(['none', ...range(10).map(k => `v${k + 1}`)]),
        off: 'none',
        rules: [
          ...range(9).map(k => ({ if: { all: [plan(PAID), country(DEAD(k))] }, variant: `v${k + 1}` })),
          { if: plan(ANY), variant: 'v10' },
        ],
      }),
    }),
  })

let tools
/** The compiler of the build; bench runs in build/bench. */
async function compile(text) {
  tools ??= await import('../../tools/tools.js')
  const compiled = tools.compile(text)
  if (!compiled.ok) throw new Error(compiled.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return compiled.program
}

function evaluator(program) {
  const value = (key, user) => program.value(key, user)
  const get = { bool: value, pct: value, exp: value, rules10: value }
  return { user: attrs, get, all: user => program.values(user), close: () => program.dispose() }
}

const isoflag = {
  lang: 'Rust wasm',
  imp: () => import('isoflag'),
  config,
  prepare: compile,
  load: async (sdk, bytes) => evaluator(sdk.loadProgram(bytes)),
}

export default {
  isoflag,
  // Whole decisions, with reason, bucket and the exposure they would cause.
  'isoflag-decide': {
    ...isoflag,
    async load(sdk, bytes) {
      const program = sdk.loadProgram(bytes)
      const decide = (key, user) => program.decide(key, user).value
      const get = { bool: decide, pct: decide, exp: decide, rules10: decide }
      const all = user => {
        const decisions = program.decideAll(user)
        const values = {}
        for (const key in decisions) values[key] = decisions[key].value
        return values
      }
      return { user: attrs, get, all, close: () => program.dispose() }
    },
  },
  // Values alone, from the entry that has nothing else.
  'isoflag-values': {
    ...isoflag,
    only: 'w4',
    imp: () => import('isoflag/values'),
    load: async (sdk, bytes) => evaluator(await sdk.loadValues(bytes)),
  },
  'isoflag-text': {
    ...isoflag,
    prepare: undefined,
    imp: async () => {
      await import('../../tools/tools.js')
      return import('isoflag')
    },
    load: async (sdk, text) => evaluator(sdk.loadProgram(await compile(text))),
  },
}
