// What the package offers, entry by entry and host by host.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { compile, datafile, follow, install, root } from './support.mjs'

const run = promisify(execFile)
const installed = await install()
const { exports } = JSON.parse(await readFile(join(installed.dir, 'package.json'), 'utf8'))

const engine = [
  'ClientError',
  'ProgramError',
  'SnapshotError',
  'createClient',
  'decodeSnapshot',
  'disagreement',
  'emptySnapshot',
  'encodeSnapshot',
  'init',
  'initSync',
  'loadProgram',
  'prepare',
]
const OFFERED = {
  isoflag: engine,
  'isoflag/inline': engine,
  'isoflag/values': ['loadValues'],
  'isoflag/react': ['Exposure', 'FlagProvider', 'useDecision', 'useExperiment', 'useFlag', 'useTracker'],
  'isoflag/next': ['SNAPSHOT_HEADER', 'createNextFlags', 'forwardEvents', 'readFlag', 'readSnapshot'],
  'isoflag/node': ['CONTEXT_HEADER', 'createNodeFlags', 'readContext', 'signContext'],
  'isoflag/track': ['TrackError', 'createTracker'],
}

for (const [name, names] of Object.entries(OFFERED)) {
  test(`${name} offers the same to import and require`, async () => {
    assert.deepEqual(Object.keys(await installed.import(name)).filter(key => key !== 'default').sort(), names)
    assert.deepEqual(Object.keys(installed.require(name)).sort(), names)
  })
}

test('workerd, edge and browser offer what every engine entry offers', async () => {
  for (const name of ['index.workerd.js', 'index.edge.js', 'index.browser.js']) {
    const text = await readFile(join(installed.dir, 'dist', name), 'utf8')
    const listed = [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) => names.split(',').map(one => one.trim().split(' as ').at(-1)))
    const declared = [...text.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, one]) => one)
    assert.deepEqual([...listed, ...declared].sort(), engine, name)
  }
})

test('every host finds its own entry', () => {
  const found = (...conditions) => follow(exports['.'], new Set([...conditions, 'default']))
  assert.equal(found('workerd', 'worker', 'browser', 'import'), './dist/index.workerd.js')
  assert.equal(found('edge-light', 'browser', 'import'), './dist/index.edge.js')
  assert.equal(found('node', 'import'), './dist/index.inline.js')
  assert.equal(found('node', 'require'), './dist/index.inline.cjs')
  assert.equal(found('browser', 'import'), './dist/index.browser.js')
  assert.equal(found('browser', 'require'), './dist/index.inline.cjs')
  assert.equal(found('import'), './dist/index.inline.js')
  assert.equal(found(), './dist/index.inline.js')
})

test('every host finds values it can decide: bytes are compiled where that is allowed, and fetched only by browsers', () => {
  const found = (...conditions) => follow(exports['./values'], new Set([...conditions, 'default']))
  assert.equal(found('workerd', 'worker', 'browser', 'import'), './dist/values.js')
  assert.equal(found('edge-light', 'browser', 'import'), './dist/values.js')
  assert.equal(found('node', 'import'), './dist/values.inline.js')
  assert.equal(found('node', 'require'), './dist/values.inline.cjs')
  assert.equal(found('browser', 'import'), './dist/values.browser.js')
  assert.equal(found('import'), './dist/values.inline.js')
  assert.equal(found('require'), './dist/values.inline.cjs')
})

test('nothing awaits at top level, so require of these modules works where Node allows it', async () => {
  for (const name of await readdir(join(installed.dir, 'dist'))) {
    if (!name.endsWith('.js')) continue
    assert.doesNotMatch(await readFile(join(installed.dir, 'dist', name), 'utf8'), /^(?:[^ /*].*)?\bawait\b/m, name)
  }
})

test('the client entry keeps its directive and reaches for no engine', async () => {
  for (const name of ['react.js', 'react.cjs']) {
    const text = await readFile(join(installed.dir, 'dist', name), 'utf8')
    assert.match(text, /^"use client";/, name)
    assert.doesNotMatch(text, /WebAssembly|engine_bg/, name)
  }
})

test('decides from ESM and from CommonJS in a process of its own', async () => {
  const { program } = compile(datafile)
  await writeFile(join(installed.project, 'program.bin'), program)
  const decide = `const p = loadProgram(require('node:fs').readFileSync('program.bin')); console.log(p.decide('limit', { age: 20 }).value)`
  const prelude = `import { createRequire } from 'node:module'; import { loadProgram } from 'isoflag'; const require = createRequire(import.meta.url);`
  await writeFile(join(installed.project, 'a.mjs'), prelude + decide)
  await writeFile(join(installed.project, 'a.cjs'), `const { loadProgram } = require('isoflag');` + decide)
  for (const name of ['a.mjs', 'a.cjs']) {
    const { stdout } = await run(process.execPath, [name], { cwd: installed.project })
    assert.equal(stdout, '99.5\n', name)
  }
})

test('publint has nothing to say', async () => {
  const { publint } = await import('publint')
  const { messages } = await publint({ pkgDir: installed.dir, strict: true })
  assert.deepEqual(messages, [])
})

test('attw finds the types right in every way of resolving', async () => {
  const { checkPackage, createPackageFromTarballData } = await import('@arethetypeswrong/core')
  const { entrypoints, problems } = await checkPackage(createPackageFromTarballData(await readFile(join(root, 'build/isoflag.tgz'))))
  assert.deepEqual(Object.keys(entrypoints), Object.keys(exports))
  // `edge` and `workerd` are for hosts without require; wasm has no types; the old node10 resolution knows no exports map.
  const told = problems.filter(
    ({ kind, entrypoint, resolutionKind }) =>
      resolutionKind !== 'node10' &&
      !entrypoint?.endsWith('_bg.wasm') &&
      !(kind === 'CJSResolvesToESM' && ['./edge', './workerd'].includes(entrypoint)),
  )
  assert.deepEqual(told, [])
})
