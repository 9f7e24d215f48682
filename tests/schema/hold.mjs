// A published JSON Schema against the reader in Rust: what the one refuses, the other refuses, but for what a JSON Schema
// cannot say, `beyond`: patterns of what the reader says of it.

import Ajv2020 from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { slips } from './mutate.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const read = async path => JSON.parse(await readFile(`${root}/${path}`, 'utf8'))

/** The problems that the reader finds in each of some files. */
function problems(files, reader) {
  const input = files.map(file => JSON.stringify(file)).join('\n')
  const output = execFileSync(`${root}/target/debug/check`, reader, { input, maxBuffer: 1 << 28, encoding: 'utf8' })
  return output.trimEnd().split('\n').map(line => JSON.parse(line))
}

/** Tests a schema: by files that are of it, `[name, file]` each, one slip away from the full one (`least` of each outcome), and what editors show. */
export function hold(schema, { full, files, reader = [], beyond, bare = [], least = 100 }) {
  const accepts = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, strictTuples: false, allErrors: false }).compile(schema)

  it('every file of ours is of the schema', () => {
    for (const [name, file] of [...files, ['full', full]]) assert.ok(accepts(file), `${name}: ${JSON.stringify(accepts.errors)}`)
  })

  it('the full file has everything a file can have', () => {
    const written = JSON.stringify(full)
    const fields = new Set()
    JSON.stringify(schema, (key, value) => {
      if (value?.additionalProperties === false && value.properties) Object.keys(value.properties).forEach(field => fields.add(field))
      return value
    })
    assert.deepEqual([...fields].filter(field => !written.includes(`"${field}":`)), [])
  })

  it('schema and reader refuse the same, one slip away from the full file', () => {
    const isBeyond = ({ message }) => Object.values(beyond).flat().some(pattern => pattern.test(message))
    const seen = new Map()
    for (const [what, slipped] of slips(full)) seen.set(JSON.stringify(slipped), [what, slipped])
    const cases = [...seen.values()]
    const found = problems(cases.map(([, slipped]) => slipped), reader)
    assert.equal(found.length, cases.length)
    const wrong = []
    const counts = { both: 0, neither: 0, beyond: 0 }
    cases.forEach(([what, slipped], index) => {
      const refused = !accepts(slipped)
      const told = found[index]
      if (refused && told.length === 0) wrong.push(`${what}: only the schema refuses it: ${JSON.stringify(accepts.errors)}`)
      else if (refused) counts.both++
      else if (told.length === 0) counts.neither++
      else if (told.every(isBeyond)) counts.beyond++
      else wrong.push(`${what}: only the reader refuses it: ${told.map(({ path, message }) => `${path}: ${message}`).join('; ')}`)
    })
    assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} differences`)
    // A test that never sees a slip of each kind could not fail.
    for (const [kind, count] of Object.entries(counts)) assert.ok(count > least, `${kind}: ${count}`)
  })

  it('every field has a description for editors', () => {
    const found = []
    for (const [name, definition] of Object.entries(schema.$defs)) {
      if (bare.includes(name)) continue
      if (!definition.description) found.push(name)
      for (const [field, value] of Object.entries(definition.properties ?? {})) if (!value.description && value.const !== 1) found.push(`${name}.${field}`)
    }
    assert.deepEqual(found, [])
  })
}
