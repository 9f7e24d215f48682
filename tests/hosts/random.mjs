// Random datafiles and contexts that mean something: attributes that rules read, values that rules compare with.

/** A generator with a seed (mulberry32), so that every difference can be made again. */
export function generator(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const int = below => Math.floor(next() * below)
  return { next, int, pick: list => list[int(list.length)], chance: share => next() < share }
}

const ATTRIBUTES = ['id', 'account', 'plan', 'country', 'age', 'score', 'internal', 'Ümläut', '__proto__', 'a.b']
const TEXTS = ['pro', 'free', 'enterprise', 'US', 'DE', '', 'é', 'e\u0301', '😀', 'a\u0000b', '42', 'true', 'x'.repeat(300)]
const NUMBERS = [0, 1, -1, 17, 18, 18.5, 65, 1e21, 1.5e-7, 9007199254740991, 9007199254740992, 42]

function value(random) {
  return random.pick([() => random.pick(TEXTS), () => random.pick(NUMBERS), () => random.chance(0.5)])()
}

function condition(random, depth) {
  const kind = depth > 0 ? random.int(6) : 3
  const list = () => Array.from({ length: 1 + random.int(3) }, () => condition(random, depth - 1))
  if (kind === 0) return { all: list() }
  if (kind === 1) return { any: list() }
  if (kind === 2) return { not: condition(random, depth - 1) }
  const tests = [
    () => ({ equals: value(random) }),
    () => ({ in: Array.from({ length: 1 + random.int(6) }, () => value(random)) }),
    () => ({ exists: random.chance(0.5) }),
    () => ({ [random.pick(['greaterThan', 'atLeast', 'lessThan', 'atMost'])]: random.pick(NUMBERS) }),
    () => ({ atLeast: random.pick(NUMBERS), lessThan: random.pick(NUMBERS) }),
  ]
  return { attribute: random.pick(ATTRIBUTES), ...random.pick(tests)() }
}

function weights(random, arms) {
  const points = Array.from({ length: arms }, () => 0)
  for (let rest = 10_000; rest > 0; ) {
    const step = Math.min(rest, 1 + random.int(4000))
    points[random.int(arms)] += step
    rest -= step
  }
  return points.map(point => point / 100)
}

function split(random, names, experiment) {
  const arms = names.slice(0, Math.max(experiment ? 2 : 1, 1 + random.int(names.length)))
  const shares = random.chance(0.6) ? weights(random, arms.length) : null
  return {
    unit: random.pick(['id', 'id', 'account', 'age']),
    ...(random.chance(0.7) && { salt: `salt ${random.int(1000)}` }),
    ...(random.chance(0.5) && { gate: random.int(10_001) / 100 }),
    ...(experiment && { control: arms[0] }),
    arms: arms.map((variant, index) => ({ variant, ...(shares && { weight: shares[index] }) })),
  }
}

function flag(random) {
  const type = random.pick(['boolean', 'string', 'number', 'json'])
  const make = { boolean: () => random.chance(0.5), string: () => random.pick(TEXTS), number: () => random.pick(NUMBERS), json: () => ({ list: [random.pick(NUMBERS), null], text: random.pick(TEXTS) }) }[type]
  const names = ['control', 'treatment', 'third', 'fourth'].slice(0, 2 + random.int(3))
  let experiment = random.chance(0.4)
  const rules = Array.from({ length: random.int(5) }, () => {
    const one = { if: condition(random, 3) }
    if (random.chance(0.5)) return { ...one, variant: random.pick(names) }
    const made = { ...one, split: split(random, names, experiment) }
    experiment = false
    return made
  })
  if (random.chance(0.4)) rules.push({ split: split(random, names, experiment) })
  return {
    type,
    ...(random.chance(0.1) && { enabled: false }),
    variants: Object.fromEntries(names.map(name => [name, make()])),
    off: random.pick(names),
    ...(random.chance(0.5) && { default: random.pick(names) }),
    rules,
  }
}

function context(random) {
  const attributes = Object.create(null)
  for (const name of ATTRIBUTES) {
    if (random.chance(0.35)) continue
    attributes[name] = random.chance(0.05) ? null : value(random)
  }
  if (random.chance(0.8)) attributes.id = `unit-${random.int(1e9)}`
  // JSON has no prototype to set: this makes an own property called __proto__, as a parsed request body does.
  return JSON.parse(JSON.stringify(attributes))
}

/** Jobs for hosts: datafiles, and for each of them random pairs of flag and context. */
export function randomJobs({ seed, datafiles, contexts }) {
  const random = generator(seed)
  return Array.from({ length: datafiles }, () => {
    const keys = Array.from({ length: 1 + random.int(8) }, (_, index) => random.pick([`flag-${index}`, `flag ${index} é`, `f.${index}`]))
    const flags = Object.fromEntries(keys.map(key => [key, flag(random)]))
    const cases = Array.from({ length: contexts }, () => ({ flag: random.chance(0.03) ? 'nowhere' : random.pick(keys), context: context(random) }))
    return { datafile: { version: 1, flags }, cases }
  })
}
