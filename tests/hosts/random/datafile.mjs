// Random datafiles that are valid: every part of the model, and nothing that the check would refuse.

import { Conditions, asked } from './conditions.mjs'
import { ATTRIBUTES, ENVIRONMENTS, FLAGS, SEGMENTS, UNITS, VARIANTS } from './names.mjs'
import { moment, number, written } from './scalars.mjs'
import { World, split } from './splits.mjs'
import { text } from './texts.mjs'

const VALUES = {
  boolean: random => random.chance(0.5),
  string: text,
  number: number,
  json: random => random.pick([() => null, () => [number(random), null, [text(random)]], () => ({ text: text(random), deep: { list: [] } }), () => text(random)])(),
}

function attributes(random) {
  const declared = random.chance(0.4)
  return random.some(ATTRIBUTES, 3 + random.int(8)).map(attribute => ({
    ...attribute,
    declared,
    ...(declared && attribute.kind === 'string' && random.chance(0.3) && { values: random.times(2, 5, index => `${text(random)}${index}`) }),
  }))
}

function declaration({ kind, values }, random) {
  return values || random.chance(0.2) ? { type: kind, description: 'drawn', ...(values && { values }) } : kind
}

/** What an environment may replace, `rules` included. */
function switches(random, scene, { variants, key, earlier }) {
  let experiment = random.chance(0.5)
  const named = { segments: [...scene.segments.keys()], flags: earlier }
  const rules = random.times(0, 4, () => ({
    ...(random.chance(0.2) && { name: text(random) }),
    ...(random.chance(0.25) && { schedule: schedule(random, scene.times) }),
    if: scene.conditions.condition(3, named),
  }))
  // A rule that takes everybody is the last.
  if (random.chance(0.6)) rules.push(random.chance(0.2) ? { schedule: schedule(random, scene.times) } : {})
  const splits = rules.map(() => random.chance(0.6))
  const sole = splits.filter(Boolean).length === 1 && key !== undefined
  return {
    ...(earlier.length && random.chance(0.2) && { prerequisites: random.times(1, 2, () => asked(random, random.pick(earlier))) }),
    rules: rules.map((rule, index) => {
      if (!splits[index]) return { ...rule, variant: random.pick(variants) }
      const made = split(random, scene.world, { variants, experiment, sole, times: scene.times })
      experiment = false
      return { ...rule, split: made }
    }),
  }
}

function schedule(random, times) {
  const at = moment(random)
  const end = at + 1 + random.int(400_000_000_000)
  const kind = random.int(3)
  if (kind !== 1) times.push(at)
  if (kind !== 0) times.push(end)
  return { ...(kind !== 1 && { from: written(random, at) }), ...(kind !== 0 && { until: written(random, end) }) }
}

function flag(random, scene, key, earlier) {
  const type = random.pick(Object.keys(VALUES))
  const variants = random.some(VARIANTS, 2 + random.int(4))
  const base = { ...(random.chance(0.1) && { enabled: random.chance(0.2) }), off: random.pick(variants), ...(random.chance(0.5) && { default: random.pick(variants) }), ...switches(random, scene, { variants, key, earlier }) }
  const replaced = () => {
    const own = switches(random, scene, { variants, earlier })
    return { ...(random.chance(0.3) && { enabled: random.chance(0.7) }), ...(random.chance(0.3) && { off: random.pick(variants) }), ...(random.chance(0.3) && { default: random.pick(variants) }), ...(random.chance(0.6) && own) }
  }
  return {
    ...(random.chance(0.1) && { description: text(random), owner: 'somebody', tags: ['drawn'] }),
    type,
    variants: Object.fromEntries(variants.map(name => [name, VALUES[type](random)])),
    ...base,
    ...(scene.environments.length && random.chance(0.5) && { environments: Object.fromEntries(random.some(scene.environments, 1 + random.int(2)).map(name => [name, replaced()])) }),
  }
}

/** A datafile, with what its contexts are drawn from: pools of values, moments, units and the names of its flags. */
export function randomDatafile(random) {
  const known = attributes(random)
  const conditions = new Conditions(random, known)
  const units = random.some(UNITS, 2 + random.int(3))
  const segments = new Map()
  for (const name of random.some(SEGMENTS, random.int(4))) segments.set(name, { if: conditions.condition(2, { segments: [...segments.keys()] }) })
  const scene = { conditions, segments, environments: random.chance(0.6) ? random.some(ENVIRONMENTS, 1 + random.int(3)) : [], world: new World(random, units), times: [] }
  const flags = new Map()
  for (const key of random.some(FLAGS, 1 + random.int(8))) {
    const earlier = [...flags].slice(-5).map(([name, { variants }]) => ({ key: name, variants: Object.keys(variants) }))
    flags.set(key, flag(random, scene, key, earlier))
  }
  const declared = known[0].declared && { attributes: Object.fromEntries([...known.map(attribute => [attribute.name, declaration(attribute, random)]), ...units.map(name => [name, 'string'])]) }
  const written_ = {
    version: 1,
    ...(scene.environments.length && { environments: scene.environments }),
    ...declared,
    ...(segments.size && { segments: Object.fromEntries(segments) }),
    ...scene.world.written(),
    flags: Object.fromEntries(flags),
  }
  return { datafile: written_, environments: scene.environments, pools: conditions.pools, times: scene.times, units, flags }
}
