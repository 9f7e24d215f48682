// Every reference case natively, in Node, workerd and Chromium: one text, byte for byte. Plans, simulations and reports with them.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { namesIn } from './hosts/answer.mjs'
import { HOSTS, native, vectors } from './hosts/index.mjs'
import { SAMPLE } from './hosts/sample.mjs'

const golden = resolve(fileURLToPath(import.meta.url), '../../../src/experiments/tests/golden')
const read = name => JSON.parse(readFileSync(join(golden, name), 'utf8'))
const whole = { key: 'checkout-redesign', ...read('input/whole.json') }

const cases = (await vectors()).map(({ id, method, input }) => ({ id, method, input }))
const expected = await native(cases)
const names = namesIn(JSON.parse(expected))
let inNode

for (const [name, start] of Object.entries(HOSTS)) {
  // Before `describe`: a failure inside an asynchronous one would be a suite without tests, not a failed test.
  const host = await start()
  const found = await host.ask('answer', { cases, names })
  const other = await host.ask('others', { ...SAMPLE, reports: [whole] })
  inNode ??= other
  describe(name, () => {
    after(() => host.close())
    it('every case is answered as native code answers it, byte for byte', () => {
      assert.ok(cases.length > 740, `${cases.length} cases`)
      if (found !== expected) assert.deepStrictEqual(JSON.parse(found), JSON.parse(expected))
      assert.ok(found === expected, 'the same numbers in other words')
    })
    it('plans and simulations are those of Node, which tests hold to native code', () => assert.equal(other, inNode))
    it('the report is that of native code', () => assert.deepStrictEqual(JSON.parse(other).reports[0], read('report-whole.json')))
  })
}
