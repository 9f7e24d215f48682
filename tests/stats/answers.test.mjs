// Statistics as JavaScript asks for them: types, mistakes, what does not exist. hosts.test.mjs holds the numbers to native code.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { native, vectors } from './hosts/index.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const { statistics } = createRequire(import.meta.url)(join(root, 'build', 'stats', 'stats.js'))

const cases = await vectors()

const camel = name => name.replace(/_(.)/g, (_, char) => char.toUpperCase())
const renamed = value => {
  if (Array.isArray(value)) return value.map(renamed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), renamed(inner)]))
}
/** JSON has no infinities; native answers say them as texts. */
const finite = value => {
  if (value === 'inf' || value === '-inf') return value === 'inf' ? Infinity : -Infinity
  if (Array.isArray(value)) return value.map(finite)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, finite(inner)]))
}

const answers = JSON.parse(await native(cases.map(({ id, method, input }) => ({ id, method, input }))))

it('a mistake is an error that names it', () => {
  const asked = { informationFractions: [0.5, 1], nominalAlpha: 0.05, sides: 2 }
  assert.throws(() => statistics('peakingFpr', asked), /^Error: no method `peaking_fpr`$/)
  assert.throws(() => statistics('peekingFpr', { ...asked, sides: 'two' }), /^Error: `sides` is no number$/)
  assert.throws(() => statistics('peekingFpr', { ...asked, looks: 2 }), /^Error: nobody reads `looks`$/)
  assert.throws(() => statistics('peekingFpr', 5), /^Error: the input is no object$/)
  const endless = {}
  endless.self = endless
  assert.throws(() => statistics('peekingFpr', endless), /^Error: the input is nested too deeply$/)
  assert.throws(() => statistics('peekingFpr', { ...asked, sides: 2n }), /no plain one$/)
})

it('what does not exist is said, and what is infinite is an infinite number', () => {
  assert.deepEqual(statistics('peekingFpr', { informationFractions: [1, 0.5], nominalAlpha: 0.05, sides: 2 }), { defined: false })
  const { z } = statistics('groupSequentialBounds', { informationFractions: [0.5, 1, 1.2], alpha: 0.05, sides: 2, spending: 'obf' })
  assert.equal(z[2], Infinity)
})

it('the declared types are those of every case', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'isoflag-stats-'))
  const lines = cases.flatMap(({ method, input }, at) => {
    const name = JSON.stringify(camel(method))
    const answer = finite(renamed(answers[cases[at].id]))
    const said = JSON.stringify({ ...answer, defined: answer.defined ?? true }, (_, value) => (Math.abs(value) === Infinity ? 1e300 : value))
    return [`const q${at}: Question<${name}> = ${JSON.stringify(renamed(input))}`, `const a${at}: Answer<${name}> = ${said}`]
  })
  const wrong = ["// @ts-expect-error: no such method\nstatistics('peakingFpr', {})", "// @ts-expect-error: no such input\nstatistics('clusterDesign', { clusters: [] })"]
  const types = join(root, 'build', 'stats', 'stats')
  await writeFile(join(dir, 'cases.ts'), [`import { statistics, type Answer, type Question } from ${JSON.stringify(types)}`, ...wrong, ...lines].join('\n'))
  const flags = ['--strict', '--noEmit', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--target', 'es2022', '--module', 'nodenext', '--types', '']
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...flags, join(dir, 'cases.ts')], { maxBuffer: 1 << 26 }).catch(error => error)
  await rm(dir, { recursive: true, force: true })
  assert.equal(stdout.slice(0, 4000), '')
})
