// The published JSON Schema against the compiler: what the one refuses, the other refuses, but for what a JSON Schema
// cannot say. Those checks are listed here, each by what the compiler says of it.

import Ajv2020 from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { slips } from './mutate.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = async path => JSON.parse(await readFile(`${root}/${path}`, 'utf8'))
const schema = await read('src/datafile/schema/datafile.schema.json')
const accepts = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, strictTuples: false, allErrors: false }).compile(schema)

/** What the compiler refuses and no JSON Schema can: it needs a name that stands elsewhere, a sum, an order, or a meaning. */
const BEYOND = {
  'a name that must exist': [
    /^there is no (flag|segment|layer|holdout) `/,
    /^attribute `.*` is not declared in `/,
    /^environment `.*` is not declared in `/,
    /^(the flag|flag `.*`) has no variant `/,
    /^`.*` is not an arm of this split/,
    /^`.*` is not among the declared values of `/,
  ],
  'numbers and times against each other': [
    /^the weights sum to .* they must sum to 100 %$/,
    /has more than two decimals/,
    /^a slot begins before it ends/,
    /^the slots overlap each other/,
    /^(flag|holdout) `.*` takes .* % of layer `/,
    /^the step begins no later than the one before/,
    /^the schedule ends before it starts/,
    /^the minimum .* is above the maximum .* so nothing fits$/,
  ],
  'the same name twice': [/^`.*` stands here twice/, /^the flag has two experiments/, /^`.*` is forced into `.*` and `/],
  'a condition that is never true, a rule that is never reached': [/^this is never true: /, /takes everybody.*never reached$/],
  circles: [/in a circle: /],
  'what an attribute is declared as': [/^`.*` is declared as an? .*/],
  'salts and units that must fit': [/^the gate of .* has the salt/, /^(layer|holdout) `.*` is of `.*they must be the same$/],
  'texts with a grammar of their own': [/^`.*` is not a network; write/, /^`.*` is not a date, write/, /^the pattern /],
  'values against the schema beside them': [
    /^the schema asks for .* this is /,
    /is not one of the values the schema allows/,
    /is missing, the schema requires it$/,
    /^the schema has no property `/,
    / is (below the minimum|above the maximum|not above|not below) /,
    /^the (text|list) has \d+ (characters|members), at (least|most) /,
  ],
  'schemas that contradict themselves': [/^`.*` speaks of .*, the type is /, /is required and no property of that name is allowed/],
}

/** The problems that the compiler finds in each datafile, in any environment. */
function problems(datafiles) {
  const input = datafiles.map(datafile => JSON.stringify(datafile)).join('\n')
  const output = execFileSync(`${root}/target/debug/check`, { input, maxBuffer: 1 << 28, encoding: 'utf8' })
  return output.trimEnd().split('\n').map(line => JSON.parse(line))
}

const beyond = ({ message }) => Object.values(BEYOND).flat().some(pattern => pattern.test(message))

async function datafiles() {
  const names = (await readdir(`${root}/tests/vectors`)).filter(name => name.endsWith('.json'))
  const vectors = await Promise.all(names.map(async name => [name, (await read(`tests/vectors/${name}`)).datafile]))
  return [
    ...vectors.filter(([, datafile]) => datafile),
    ['shop', await read('tests/shop/flags/datafile.json')],
    ['full', await read('tests/schema/full.json')],
  ]
}

it('every datafile of ours is of the schema', async () => {
  const all = await datafiles()
  assert.ok(all.length >= 10)
  for (const [name, datafile] of all) assert.ok(accepts(datafile), `${name}: ${JSON.stringify(accepts.errors)}`)
})

it('the full datafile has everything a datafile can have', async () => {
  const written = JSON.stringify(await read('tests/schema/full.json'))
  const fields = new Set()
  JSON.stringify(schema, (key, value) => {
    if (value?.additionalProperties === false && value.properties) Object.keys(value.properties).forEach(field => fields.add(field))
    return value
  })
  assert.deepEqual([...fields].filter(field => !written.includes(`"${field}":`)), [])
})

it('schema and compiler refuse the same, one slip away from the full datafile', async () => {
  const seen = new Map()
  for (const [what, slipped] of slips(await read('tests/schema/full.json'))) seen.set(JSON.stringify(slipped), [what, slipped])
  const cases = [...seen.values()]
  const found = problems(cases.map(([, slipped]) => slipped))
  assert.equal(found.length, cases.length)
  const wrong = []
  const counts = { both: 0, neither: 0, beyond: 0 }
  cases.forEach(([what, slipped], index) => {
    const refused = !accepts(slipped)
    const compiler = found[index]
    if (refused && compiler.length === 0) wrong.push(`${what}: only the schema refuses it: ${JSON.stringify(accepts.errors)}`)
    else if (refused) counts.both++
    else if (compiler.length === 0) counts.neither++
    else if (compiler.every(beyond)) counts.beyond++
    else wrong.push(`${what}: only the compiler refuses it: ${compiler.map(({ path, message }) => `${path}: ${message}`).join('; ')}`)
  })
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} differences`)
  // A test that never sees a slip of each kind could not fail.
  for (const [kind, count] of Object.entries(counts)) assert.ok(count > 100, `${kind}: ${count}`)
})

it('every field has a description for editors', () => {
  const bare = []
  for (const [name, definition] of Object.entries(schema.$defs)) {
    if (name === 'valueSchema') continue
    if (!definition.description) bare.push(name)
    for (const [field, value] of Object.entries(definition.properties ?? {})) if (!value.description && value.const !== 1) bare.push(`${name}.${field}`)
  }
  assert.deepEqual(bare, [])
})
