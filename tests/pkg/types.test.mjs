// The types of the packed package, read by a strict project of every module system, with and without the types of browsers and
// of Node. `@ts-expect-error` makes each thing that must not compile a test.

import assert from 'node:assert/strict'
import { cp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { complaints } from './compiling.mjs'
import { install } from './support.mjs'
import { everyEntry } from './types.mjs'

const { project } = await install()
await cp(fileURLToPath(new URL('types', import.meta.url)), join(project, 'types'), { recursive: true })
await writeFile(join(project, 'package.json'), '{ "type": "module" }')

const check = async (name, options, files) => assert.equal(await complaints(project, name, options, files.map(file => `types/${file}`)), '')

test('every file of types/ is checked', async () => {
  assert.deepEqual((await readdir(join(project, 'types'))).sort(), ['engine.ts', 'next.ts', 'node.ts', 'react.tsx', 'require.cts', 'track.ts'])
})

test('as bundlers resolve', () =>
  check('bundler', { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }, ['engine.ts', 'react.tsx', 'track.ts', 'next.ts', 'node.ts']))

test('as Node resolves, import and require', () =>
  check('node', { module: 'nodenext', skipLibCheck: true }, ['engine.ts', 'react.tsx', 'track.ts', 'next.ts', 'node.ts', 'require.cts']))

test('the declarations themselves hold, without the types of Node', () =>
  check('itself', { module: 'nodenext', types: [], skipLibCheck: false }, ['engine.ts', 'react.tsx', 'track.ts']))

test('they stand alone: with types of a browser, of Node, of both or of neither, in both ways of resolving', async () => {
  assert.deepEqual(await everyEntry(project), {})
})
