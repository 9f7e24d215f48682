// Random splits, and the layers and holdouts they lie in.

import { IDS } from './names.mjs'
import { moment, written } from './scalars.mjs'

const percent = (random, low, high) => Math.round((low + random.next() * (high - low)) * 100) / 100

/** Layers and holdouts of a datafile. Slots are handed out once each, so that no two overlap. */
export class World {
  constructor(random, units) {
    this.random = random
    this.units = units
    this.salts = 0
    this.layers = new Map(random.some(['pricing', '__proto__', 'layer é'], random.int(3)).map(name => [name, this.layer()]))
    this.holdouts = new Map()
    for (const name of random.some(['global', 'constructor', 'h'], random.int(3))) {
      const layer = [...this.layers.keys()][0]
      const slots = layer !== undefined && random.chance(0.4) ? this.slots(layer) : null
      if (slots) this.holdouts.set(name, { written: { layer, slots }, unit: this.layers.get(layer).unit })
      else {
        const unit = random.pick(units)
        this.holdouts.set(name, { written: { unit, percent: random.pick([0, 5, 50, percent(random, 0, 100), 100]), ...this.ownSalt() }, unit })
      }
    }
  }

  /** `salt` or nothing. */
  ownSalt() {
    return this.random.chance(0.5) ? { salt: `${this.random.pick(['s', 'salz ü', '😀', ' '])}${this.salts++}` } : {}
  }

  layer() {
    const { random } = this
    const cuts = [0, ...random.times(4, 9, () => percent(random, 0, 100)), 100]
    const edges = [...new Set(cuts)].sort((a, b) => a - b)
    const free = edges.slice(1).map((to, index) => [edges[index], to])
    return { unit: random.pick(this.units), written: this.ownSalt(), free: random.some(free, free.length) }
  }

  /** One or two slots nobody else has, or null when too few are left. */
  slots(name) {
    const { free } = this.layers.get(name)
    return free.length > 1 ? free.splice(0, 1 + this.random.int(2)).sort((a, b) => a[0] - b[0]) : null
  }

  written() {
    const tables = {}
    if (this.layers.size) tables.layers = Object.fromEntries([...this.layers].map(([name, { unit, written: given }]) => [name, { unit, ...given }]))
    if (this.holdouts.size) tables.holdouts = Object.fromEntries([...this.holdouts].map(([name, { written: given }]) => [name, given]))
    return tables
  }
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

function gate(random, times) {
  const simple = () => random.pick([0, 0.01, 50, 99.99, 100, percent(random, 0, 100)])
  if (random.chance(0.5)) return simple()
  let at = moment(random)
  let share = percent(random, 0, 60)
  return random.times(1, 4, index => {
    const step = index === 0 ? { percent: share } : { percent: share, from: written(random, at) }
    if (index > 0) times.push(at)
    at += 1 + random.int(200_000_000_000)
    share = random.chance(0.2) ? 100 : percent(random, share, 100)
    return step
  })
}

function forced(random, variants) {
  const ids = random.some(IDS, 6)
  const lists = random.some(variants, 1 + random.int(2)).map(variant => [variant, ids.splice(0, 1 + random.int(3))])
  return Object.fromEntries(lists)
}

/** A split over some of the variants. `sole` says that the flag has no other split, so that no salt is needed. */
export function split(random, world, { variants, experiment, sole, times }) {
  const arms = random.some(variants, Math.max(2, 1 + random.int(variants.length)))
  const shares = random.chance(0.6) ? weights(random, arms.length) : null
  let unit = random.chance(0.7) ? random.pick(world.units) : random.some(world.units, 1 + random.int(3))
  const given = {}
  const [holdoutName, holdout] = random.pick([...world.holdouts, [], []])
  if (holdout && random.chance(0.6)) {
    given.holdout = holdoutName
    unit = holdout.unit
  }
  const layers = [...world.layers].filter(([, layer]) => given.holdout === undefined || layer.unit === unit)
  if (layers.length && random.chance(0.5)) {
    const [name, layer] = random.pick(layers)
    const slots = world.slots(name)
    if (slots) {
      given.layer = { name, slots }
      unit = layer.unit
    }
  }
  return {
    unit,
    ...(sole && random.chance(0.4) ? {} : { salt: `split ${world.salts++}` }),
    ...(random.chance(0.5) && { gate: gate(random, times) }),
    ...(random.chance(0.15) && { gateSalt: `gate ${world.salts++}` }),
    ...given,
    ...(random.chance(0.3) && { force: forced(random, variants) }),
    ...(experiment && { control: random.pick(arms), ...(random.chance(0.2) && { restart: 1 + random.int(9) }) }),
    arms: arms.map((variant, index) => ({ variant, ...(shares && { weight: shares[index] }) })),
  }
}
