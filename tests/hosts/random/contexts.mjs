// Random contexts for a datafile: mostly what its conditions compare with, or nearly.

import { ATTRIBUTES, IDS, VARIANTS } from './names.mjs'
import { moment, number } from './scalars.mjs'
import { broken, text } from './texts.mjs'

const odd = random => random.pick([() => null, () => [], () => ({}), () => ({ a: { b: { c: 1 } } }), () => [null, text(random)], () => number(random), () => text(random), () => random.chance(0.5)])()

function id(random) {
  const kind = random.int(20)
  if (kind < 11) return `u-${random.int(1e9)}`
  if (kind < 15) return random.pick(IDS)
  if (kind < 17) return random.pick([42, 0, -0, -7, 9007199254740991, -9007199254740991, random.int(1e9)])
  if (kind === 17) return broken(random, 'id')
  return random.pick(['', null, 1.5, 9007199254740992, NaN, true, [], {}, ['user-42']])
}

function value(random, pool) {
  if (!pool.length || random.chance(0.06)) return odd(random)
  const drawn = random.pick(pool)()
  return typeof drawn === 'string' && random.chance(0.02) ? broken(random, drawn) : drawn
}

/** Puts a value under its name, or, for a dotted name, at the end of a walk through objects. */
function put(random, entries, name, given) {
  if (!name.includes('.') || random.chance(0.4)) return entries.set(name, given)
  const [first, ...steps] = name.split('.')
  const there = entries.get(first)
  const inner = there instanceof Map ? there : new Map()
  if (there === undefined || there instanceof Map) entries.set(first, inner)
  if (random.chance(0.04)) return entries.set(first, odd(random))
  put(random, inner, steps.join('.'), given)
  if (random.chance(0.05)) entries.set(name, random.chance(0.5) ? null : odd(random))
}

/** Own properties only, whatever they are called: `fromEntries` defines, it does not set. */
const plain = entries => Object.fromEntries([...entries].map(([name, given]) => [name, given instanceof Map ? plain(given) : given]))

export function randomContext(random, { pools, units }) {
  const entries = new Map()
  for (const [name, pool] of pools) if (random.chance(0.85)) put(random, entries, name, value(random, pool))
  for (const name of units) if (random.chance(0.85)) put(random, entries, name, id(random))
  if (random.chance(0.1)) entries.set(random.pick(ATTRIBUTES).name, odd(random))
  return plain(entries)
}

export function randomNow(random, times) {
  const at = times.length && random.chance(0.7) ? random.pick(times) : moment(random)
  return at + random.pick([0, 0, 1, -1, random.int(20_000_000_000)])
}

/** What a host may hand in beside the context: nothing, a variant it insists on, or the one a unit had before. */
export function randomPin(random, variants) {
  const kind = random.int(20)
  const name = () => (random.chance(0.8) ? random.pick(variants) : random.pick(VARIANTS))
  if (kind === 0) return { override: name() }
  if (kind <= 3) return { sticky: name() }
  return {}
}
