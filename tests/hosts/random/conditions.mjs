// Random conditions. Whatever a condition compares with is remembered in the pool of its attribute, with its neighbours:
// contexts draw from there, so that conditions hold about as often as not.

import { moment, nearAddress, nearDate, nearNumber, nearVersion, network, number, version, written } from './scalars.mjs'
import { ODD, around, pattern, recased, text } from './texts.mjs'

/** A maker of conditions over these attributes. `segments` and `flags` are what a condition may name at this place. */
export class Conditions {
  constructor(random, attributes) {
    this.random = random
    this.attributes = attributes
    this.pools = new Map(attributes.map(({ name }) => [name, []]))
  }

  condition(depth, { segments = [], flags = [] } = {}) {
    const { random } = this
    const inner = () => this.condition(depth - 1, { segments, flags })
    const kind = depth > 0 ? random.int(10) : 9
    if (kind === 0) return { all: random.times(1, 3, inner) }
    if (kind <= 2) return { any: random.times(1, 3, inner) }
    if (kind <= 4) return { not: inner() }
    if (kind === 5 && segments.length) return { segment: random.pick(segments) }
    if (kind === 6 && flags.length) return asked(random, random.pick(flags))
    return this.tested(random.pick(this.attributes))
  }

  tested(attribute) {
    const { random } = this
    const kind = attribute.declared || random.chance(0.9) ? attribute.kind : random.pick(Object.keys(KINDS))
    const pool = this.pools.get(attribute.name)
    const test = random.chance(0.07) ? { exists: random.chance(0.6) } : KINDS[kind](random, witness => pool.push(witness), attribute)
    return { attribute: attribute.name, ...test }
  }
}

/** Another flag with one or more of its variants. */
export function asked(random, { key, variants }) {
  return { flag: key, variant: random.chance(0.5) ? random.pick(variants) : random.some(variants, 1 + random.int(2)) }
}

function scalar(random, witness) {
  const value = random.pick([text, text, number, () => random.chance(0.5)])(random)
  witness(() => value)
  return value
}

const oneOrMore = (random, draw) => (random.chance(0.6) ? draw() : random.times(1, 4, draw))

function equality(random, witness) {
  const draw = () => scalar(random, witness)
  return random.chance(0.5) ? { equals: draw() } : { in: random.times(1, 8, draw) }
}

function texts(random, witness, { values }) {
  const any = random.chance(0.4)
  const word = () => (values ? random.pick(values) : text(random))
  const near = word_ => () => (any || random.chance(0.2) ? recased(random, word_) : word_)
  const operand = place => {
    const one = word()
    witness(() => (values && place === 'whole' ? one : { whole: near(one)(), start: near(one)() + text(random), end: text(random) + near(one)(), part: around(random, near(one)()) }[place]))
    return one
  }
  const made = random.pick([
    () => ({ equals: operand('whole') }),
    () => ({ in: random.times(1, 6, () => operand('whole')) }),
    () => ({ startsWith: oneOrMore(random, () => operand('start')) }),
    () => ({ endsWith: oneOrMore(random, () => operand('end')) }),
    () => ({ includes: oneOrMore(random, () => operand('part')) }),
    () => {
      const [matches, sample] = pattern(random)
      witness(() => (random.chance(0.5) ? around(random, near(sample)()) : near(sample)()))
      return { matches }
    },
    () => ({ startsWith: operand('start'), endsWith: operand('end') }),
  ])()
  return any ? { ...made, ignoreCase: true } : made
}

function numbers(random, witness) {
  const operand = () => {
    const value = number(random)
    witness(() => nearNumber(random, value))
    return value
  }
  return random.pick([
    () => ({ equals: operand() }),
    () => ({ in: random.times(1, 8, operand) }),
    () => ({ [random.pick(['greaterThan', 'atLeast', 'lessThan', 'atMost'])]: operand() }),
    () => {
      const [low, high] = [operand(), operand()].sort((a, b) => a - b)
      return { [random.pick(['greaterThan', 'atLeast'])]: low, [random.pick(['lessThan', 'atMost'])]: low === high ? 1.7976931348623157e308 : high }
    },
  ])()
}

function lists(random, witness) {
  const drawn = []
  const draw = () => {
    const value = random.pick([text, text, number, () => random.chance(0.5)])(random)
    drawn.push(value)
    return value
  }
  const made = random.pick([
    () => ({ contains: draw() }),
    () => ({ containsAny: random.times(1, 6, draw) }),
    () => ({ containsAll: random.times(1, 4, draw) }),
    () => ({ contains: draw(), containsAny: random.times(1, 3, draw) }),
  ])()
  witness(() => {
    const members = random.some(drawn, random.chance(0.6) ? drawn.length : random.int(drawn.length + 1))
    const others = random.times(0, 3, () => random.pick([text, number, () => null, () => [1], () => ({ a: 1 }), () => random.pick(ODD), () => NaN])(random))
    return random.some([...members, ...others], members.length + others.length)
  })
  return made
}

function versions(random, witness) {
  const operand = () => {
    const value = version(random)
    witness(() => nearVersion(random, value))
    return value
  }
  const bound = random.pick(['equals', 'greaterThan', 'atLeast', 'lessThan', 'atMost'])
  return { version: random.chance(0.75) ? { [bound]: operand() } : { atLeast: '1', [random.pick(['lessThan', 'atMost'])]: `2.${operand()}`.split('.').slice(0, 3).join('.').replace(/[-+].*/, '') } }
}

function dates(random, witness) {
  const at = moment(random)
  witness(() => nearDate(random, at))
  const lower = random.pick(['after', 'notBefore'])
  const upper = random.pick(['before', 'notAfter'])
  if (random.chance(0.75)) return { date: { [random.pick([lower, upper])]: written(random, at) } }
  return { date: { [lower]: written(random, at), [upper]: written(random, at + 86_400_000) } }
}

function networks(random, witness) {
  return {
    inNetwork: oneOrMore(random, () => {
      const made = network(random)
      witness(() => nearAddress(random, made))
      return made.text
    }),
  }
}

function booleans(random, witness) {
  witness(() => random.chance(0.5))
  return random.chance(0.8) ? { equals: random.chance(0.5) } : { in: random.pick([[true], [false], [true, false]]) }
}

const KINDS = { free: equality, string: texts, number: numbers, list: lists, version: versions, date: dates, ip: networks, boolean: booleans }
