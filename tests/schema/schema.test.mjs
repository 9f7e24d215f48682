// The JSON Schema of the datafile.

import { readdir } from 'node:fs/promises'
import { hold, read, root } from './hold.mjs'

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

const names = (await readdir(`${root}/tests/vectors`)).filter(name => name.endsWith('.json'))
const vectors = await Promise.all(names.map(async name => [name, (await read(`tests/vectors/${name}`)).datafile]))
const files = [...vectors.filter(([, datafile]) => datafile), ['shop', await read('tests/shop/flags/datafile.json')]]
if (files.length < 10) throw new Error(`only ${files.length} datafiles were found`)

hold(await read('src/datafile/schema/datafile.schema.json'), { full: await read('tests/schema/full.json'), files, beyond: BEYOND, bare: ['valueSchema'] })
