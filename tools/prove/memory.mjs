// Memory stays flat over 1,000,000 decisions and 1,000 swaps of a program of 10,000 flags, in Node and in workerd.
//   npm run prove -- memory [decisions] [swaps]

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { measureInNode, measureInWorkerd } from '../../tests/hosts/memory.mjs'
import { root } from '../setup.mjs'

export const needs = ['tools', 'pkg']

/** What 10,000 flags may hold: the bytes of the program, the engine's linear memory, and JavaScript beside it. */
const MOST = 2_000_000
/** Linear memory may not grow at all once the first rounds are over. */
const ROUNDS = 10

function programs() {
  const { compile } = createRequire(import.meta.url)(join(root, 'build/tools/tools.js'))
  const arms = [{ variant: 'on', weight: 50 }, { variant: 'off', weight: 50 }]
  const rules = [[], [{ split: { unit: 'id', arms } }], [{ if: { attribute: 'plan', in: ['pro', 'enterprise'] }, split: { unit: 'id', control: 'off', arms } }]]
  const flags = salt =>
    Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`web-flag-${i}-${salt}`, { type: 'boolean', variants: { on: true, off: false }, off: 'off', rules: rules[i % 3] }]),
    )
  return ['a', 'b'].map(salt => {
    const compiled = compile(JSON.stringify({ version: 1, flags: flags(salt) }))
    assert.ok(compiled.ok, JSON.stringify(compiled.problems))
    return compiled.program
  })
}

export async function run([decisions = '1000000', swaps = '1000']) {
  const work = { programs: programs(), decisions: Number(decisions), swaps: Number(swaps), rounds: ROUNDS }
  for (const [name, measure] of [['node', measureInNode], ['workerd', measureInWorkerd]]) {
    const { held, rounds } = await measure(work)
    const shown = rounds.map(({ linear, heap }) => `${(linear / 1e6).toFixed(2)}${heap === null ? '' : ` + ${(heap / 1e6).toFixed(2)}`}`).join(', ')
    console.log(`${name}: 10,000 flags hold ${(held / 1e6).toFixed(2)} MB; MB after each tenth of ${decisions} decisions and ${swaps} swaps: ${shown}`)
    assert.ok(held <= MOST, `${name} holds ${held} bytes`)
    const [, , settled, ...later] = rounds
    for (const { linear, heap } of later) {
      assert.equal(linear, settled.linear, `${name}: linear memory grew`)
      if (heap !== null) assert.ok(heap < settled.heap * 1.1 + 200_000, `${name}: the heap grew from ${settled.heap} to ${heap}`)
    }
  }
}
