// Plans and simulations through wasm: the numbers of native code (src/experiments/tests/beforehand.rs), and mistakes that are named.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { plan as asked, simulation } from './hosts/sample.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const { plan, simulate } = createRequire(import.meta.url)(join(root, 'build', 'stats', 'stats.js'))

const question = { ...asked, treatments: 1, looks: null, wholeWeeks: false }

it('3 % and a tenth more is 106,422 units, 22 days at 5,000 a day', () => {
  const { fixed, units, days, weeks, sequential } = plan(question)
  assert.deepEqual({ control: fixed.control, units, days, weeks: weeks.length, sequential }, { control: 53_211, units: 106_422, days: 22, weeks: 4, sequential: null })
  const looked = plan({ ...question, looks: { informationFractions: [0.5, 1], spending: 'obf' } })
  assert.deepEqual([looked.control, looked.treatment, looked.units], [53_409, 53_409, 106_818])
  assert.ok(looked.sequential.inflation > 1.0037 && looked.sequential.inflation < 1.0038)
})

it('a seed is a seed everywhere', () => {
  const { peeking, spending } = simulate(simulation, 0, 60)
  assert.deepEqual(peeking, { byLook: [4, 3, 5, 2, 2, 3, 1, 1, 1, 0], ahead: 20, units: 465_000 })
  assert.deepEqual(spending.byLook, [0, 0, 0, 0, 0, 1, 3, 1, 3, 2])
  const money = { kind: 'revenue', rate: 0.03, mean: 50, sd: 150 }
  for (const [outcome, byLook] of [[money, [3, 2]], [{ kind: 'mean', mean: 3, sd: 4 }, [2, 0]]])
    assert.deepEqual(simulate({ ...simulation, outcome, lift: 0, looks: [0.5, 1] }, 100, 50).peeking.byLook, byLook)
})

it('parts of a simulation add up to the whole', () => {
  const whole = simulate(simulation, 0, 60)
  const parts = [0, 20, 40].map(first => simulate(simulation, first, 20))
  const sum = pick => parts.map(pick).reduce((a, b) => a + b)
  assert.equal(sum(part => part.runs), 60)
  assert.deepEqual(whole.peeking.byLook.map((_, look) => sum(part => part.peeking.byLook[look])), whole.peeking.byLook)
  assert.equal(sum(part => part.spending.units), whole.spending.units)
})

it('a mistake is an error that names it', () => {
  assert.throws(() => plan({ ...question, lift: 0 }), /^Error: the lift is 0/)
  assert.throws(() => plan({ ...question, power: '80 %' }), /^Error: `power` is no number$/)
  assert.throws(() => plan({ ...question, days: 14 }), /^Error: nobody reads `days`$/)
  assert.throws(() => simulate({ ...simulation, seed: 0.5 }, 0, 1), /^Error: `seed` is a whole number/)
  assert.throws(() => simulate({ ...simulation, looks: [0.5] }, 0, 1), /^Error: looks rise/)
  assert.throws(() => simulate({ ...simulation, outcome: { kind: 'coin' } }, 0, 1), /^Error: no kind `coin`$/)
})
