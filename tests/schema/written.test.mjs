// What a JSON Schema never sees, because it is shown what was read and not what was written: how a number is spelt, and
// keys or characters that readers treat unlike. The compiler reads the text.

import Ajv2020 from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = path => readFile(`${root}/${path}`, 'utf8')
const accepts = new Ajv2020({ strict: false }).compile(JSON.parse(await text('src/datafile/schema/datafile.schema.json')))
// One line: the compiler is asked by lines here.
const full = JSON.stringify(JSON.parse(await text('tests/schema/full.json')))

/** What the compiler says of the full datafile with one place written otherwise, which the schema takes either way. */
function told(from, to) {
  const written = full.replace(from, to)
  assert.notEqual(written, full, from)
  assert.ok(accepts(JSON.parse(written)), to)
  const input = `${written}\n`
  return JSON.parse(execFileSync(`${root}/target/debug/check`, { input, encoding: 'utf8' })).map(({ message }) => message).join('; ')
}

it('a number is the same to schema and compiler however it is written', () => {
  for (const [from, to] of [['"version":1', '"version":1.0'], ['"restart":1', '"restart":1.0'], ['"restart":1', '"restart":10e-1']]) assert.equal(told(from, to), '', to)
})

it('what only the compiler refuses, which the schema says in its description', () => {
  const odd = [
    ['"description":"us"', '"description":"\\ud83d"', /this is not JSON/, 'half a surrogate pair'],
    ['"restart":1', '"restart":1,"restart":1', /written twice|duplicate/, 'keys that stand twice'],
    [/"atLeast":\d+/, '"atLeast":9007199254740993', /write the number it would become/, 'whole numbers no double holds'],
  ]
  const { description } = accepts.schema
  for (const [from, to, message, named] of odd) {
    assert.match(told(from, to), message)
    assert.ok(description.includes(named), named)
  }
})
