// `isoflag types`, and what TypeScript itself says of a project that has the file.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installCli, root } from './support.mjs'

const run = promisify(execFile)
const { project, isoflag } = await installCli()
const typed = join(project, 'typed')
const golden = fileURLToPath(new URL('typed/golden.d.ts', import.meta.url))
before(async () => {
  await cp(fileURLToPath(new URL('typed', import.meta.url)), typed, { recursive: true })
  await writeFile(join(typed, 'package.json'), '{ "type": "module" }')
})

const types = (...args) => isoflag(['types', ...args], { cwd: typed })

test('writes what was looked at and found right', async () => {
  const { code, out } = await types('-o', '-')
  assert.equal(code, 0)
  assert.equal(out, await readFile(golden, 'utf8'))
})

test('writes a file, knows when it is up to date, and with --check fails when it is not', async () => {
  const told = async (...args) => types('-o', 'made.d.ts', ...args).then(({ code, out }) => [code, out])
  assert.deepEqual(await told('--check'), [1, 'made.d.ts is not there: run `isoflag types datafile.json -o made.d.ts`\n'])
  assert.deepEqual(await told(), [0, 'wrote made.d.ts, 6 flags\n'])
  assert.deepEqual(await told('--check'), [0, 'made.d.ts is up to date, 6 flags\n'])
  assert.deepEqual(await told(), [0, 'made.d.ts is up to date, 6 flags\n'])
  await writeFile(join(typed, 'made.d.ts'), '// old')
  assert.deepEqual(await told('--check'), [1, 'made.d.ts is not up to date: run `isoflag types datafile.json -o made.d.ts`\n'])
  assert.equal(await readFile(join(typed, 'made.d.ts'), 'utf8'), '// old')
  assert.deepEqual(JSON.parse((await types('-o', 'made.d.ts', '--json')).out), { out: 'made.d.ts', flags: 6, changed: true })
})

/** What TypeScript says of some files and the generated one. */
async function tsc(files, compilerOptions) {
  const config = join(typed, `${compilerOptions.module}-${files.length}.json`)
  const strict = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    skipLibCheck: false,
    types: [],
  }
  await writeFile(config, JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions }, files }))
  return run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config]).then(
    ({ stdout }) => stdout,
    error => error.stdout,
  )
}

test('known keys compile with their types, unknown ones do not: as bundlers resolve', async () => {
  assert.equal(
    await tsc(['golden.d.ts', 'engine.ts', 'react.tsx'], { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }),
    '',
  )
})

test('as Node resolves, import and require', async () => {
  assert.equal(await tsc(['golden.d.ts', 'engine.ts', 'react.tsx'], { module: 'nodenext', skipLibCheck: true }), '')
  await mkdir(join(typed, 'cjs'), { recursive: true })
  await cp(golden, join(typed, 'cjs/golden.d.cts'))
  await cp(join(typed, 'require.cts'), join(typed, 'cjs/require.cts'))
  assert.equal(await tsc(['cjs/golden.d.cts', 'cjs/require.cts'], { module: 'nodenext' }), '')
})

test('the generated file itself holds without skipLibCheck', async () => {
  assert.equal(await tsc(['golden.d.ts', 'react.tsx'], { module: 'nodenext' }), '')
})

test('the error for an unknown key names the keys there are', async () => {
  await writeFile(
    join(typed, 'mistake.ts'),
    `import { useFlag } from 'isoflag/react'\nexport const useIt = () => useFlag('chekout', 'control')\n`,
  )
  const said = await tsc(['golden.d.ts', 'mistake.ts'], { module: 'nodenext' })
  assert.match(
    said,
    /mistake\.ts\(2,36\): error TS\d+: Argument of type '"chekout"' is not assignable to parameter of type '"banner" \| "checkout" \| "free" \| [^']*'/,
  )
})

test('without the file every key compiles, as before', async () => {
  await writeFile(
    join(typed, 'free.ts'),
    `import { useFlag } from 'isoflag/react'\nexport const useIt = (key: string): number => useFlag(key, 1)\n`,
  )
  assert.equal(await tsc(['free.ts'], { module: 'nodenext' }), '')
})
