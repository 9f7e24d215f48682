// A whole report through wasm: that of native code to the last bit, and mistakes that are named.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const { analyze } = createRequire(import.meta.url)(join(root, 'build', 'report', 'report.js'))
const golden = name => JSON.parse(readFileSync(join(root, 'src', 'experiments', 'tests', 'golden', name), 'utf8'))
const { experiments, run, observed, now } = golden('input/whole.json')

it('the report is that of native code', () => {
  assert.deepEqual(analyze(experiments, 'checkout-redesign', run, observed, now), golden('report-whole.json'))
})

it('what is wrong is named', () => {
  assert.throws(() => analyze('{', 'x', run, observed, now), /\$/)
  assert.throws(() => analyze(experiments.replace('"primary": "checkout_completed"', '"primary": "chekout_completed"'), 'x', run, observed, now), /did you mean `checkout_completed`/)
  assert.throws(() => analyze(experiments, 'x', run, observed, now), /has no experiment `x`/)
  assert.throws(() => analyze(experiments, 'checkout-redesign', { ...run, arms: 3 }, observed, now), /the run: /)
  assert.throws(() => analyze(experiments, 'checkout-redesign', run, { units: 1 }, now), /the cells: /)
})
