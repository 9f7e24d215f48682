// The types of the packed package, read by a strict project of every module system. `@ts-expect-error` makes each thing that
// must not compile a test.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { install, root } from './support.mjs'

const run = promisify(execFile)
const { project } = await install()
await cp(fileURLToPath(new URL('types', import.meta.url)), join(project, 'types'), { recursive: true })
await writeFile(join(project, 'package.json'), '{ "type": "module" }')

const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  jsx: 'react-jsx',
}

async function check(name, compilerOptions, files) {
  const config = join(project, `${name}.json`)
  await writeFile(config, JSON.stringify({ compilerOptions: { ...STRICT, ...compilerOptions }, files: files.map(file => `types/${file}`) }))
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config]).catch(error => error)
  assert.equal(stdout, '')
}

test('every file of types/ is checked', async () => {
  assert.deepEqual((await readdir(join(project, 'types'))).sort(), ['engine.ts', 'next.ts', 'node.ts', 'react.tsx', 'require.cts', 'track.ts'])
})

test('as bundlers resolve', () =>
  check('bundler', { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }, ['engine.ts', 'react.tsx', 'track.ts', 'next.ts', 'node.ts']))

test('as Node resolves, import and require', () =>
  check('node', { module: 'nodenext', skipLibCheck: true }, ['engine.ts', 'react.tsx', 'track.ts', 'next.ts', 'node.ts', 'require.cts']))

test('the declarations themselves hold, without the types of Node', () =>
  check('itself', { module: 'nodenext', types: [], skipLibCheck: false }, ['engine.ts', 'react.tsx', 'track.ts']))
