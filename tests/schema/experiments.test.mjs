// The JSON Schema of experiments.json.

import { hold, read } from './hold.mjs'

/** What is refused and no JSON Schema can refuse: it needs a name that stands elsewhere, an order, or the kind of another metric. */
const BEYOND = {
  'a name that must exist': [/^there is no metric `/],
  'one role for a metric, one mention of a segment': [/^metric `.*` already has a role here/],
  'numbers against each other': [/^`\d+` to `\d+` are not days/, /^are not rising shares/, /^an effect of .* would lead outside 0 to 100 %/],
  'what the primary metric is': [/^`.*` is not a percentage below 100/, /^follows from the baseline of a conversion/],
}
const files = [['shop', await read('tests/shop/flags/experiments.json')]]

hold(await read('src/experiments/schema/experiments.schema.json'), { full: await read('tests/schema/full-experiments.json'), files, reader: ['experiments'], beyond: BEYOND, least: 30 })
