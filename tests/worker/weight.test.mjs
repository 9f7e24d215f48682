// What the wasm of each step of the build may weigh.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { budgets, overweight, weighWasm } from '../../tools/prove/sizes.mjs'

it('each wasm weighs what it may', async () => {
  const weighed = await weighWasm()
  const { wasm } = await budgets()
  assert.deepEqual(Object.keys(weighed).sort(), Object.keys(wasm).sort())
  assert.deepEqual(overweight(weighed, wasm), [])
  const one = { 'engine/engine_bg.wasm': { brotli: wasm['engine/engine_bg.wasm'] + 1 } }
  assert.equal(overweight(one, wasm).length, 1, 'a byte too many is found out')
})
