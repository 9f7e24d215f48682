// `isoflag/values`: the fewest bytes that decide, in a bundle for browsers, and the same face elsewhere.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { compile, datafile, install } from './support.mjs'

const { dir, project, import: load } = await install()
const { build } = await import('esbuild')
const plain = compile(datafile).program
// The same program, saying that it needs lists.
const needy = Uint8Array.from(plain, (byte, at) => (at === 12 ? byte | 0x20 : byte))
const original = globalThis.fetch
afterEach(() => (globalThis.fetch = original))

/** A fresh copy of the entry as a browser has it, and the engines it fetched. */
async function browser(name) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from 'isoflag/values'`, resolveDir: project },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    conditions: ['browser', 'import'],
  })
  const file = join(project, `${name}.mjs`)
  await writeFile(file, outputFiles[0].text)
  const asked = []
  globalThis.fetch = async url => {
    asked.push(url.split('/').at(-1))
    return new Response(await readFile(join(dir, asked.at(-1))), { headers: { 'content-type': 'application/wasm' } })
  }
  return { ...(await import(pathToFileURL(file))), asked }
}

test('a program that needs little is decided by the slim engine, fetched once', async () => {
  const { loadValues, asked } = await browser('slim')
  const programs = await Promise.all([loadValues(plain), loadValues(plain)])
  const { loadProgram } = await load('isoflag')
  for (const context of [{}, { age: 20, visitorId: 'v-1', account: 7 }, { age: 'x', visitorId: 'é'.repeat(60), internal: true }])
    for (const program of programs) assert.deepEqual(program.values(context), loadProgram(plain).values(context))
  assert.deepEqual(asked, ['engine_slim_bg.wasm'])
  programs[0].dispose()
  assert.throws(() => programs[0].value('limit', {}), { code: 'disposed' })
  assert.equal(programs[1].value('limit', { age: 20 }), 99.5)
})

test('a program that needs more has the full engine fetched, and both live side by side', async () => {
  const { loadValues, asked } = await browser('full')
  const few = await loadValues(plain)
  const more = await loadValues(needy)
  assert.deepEqual(asked, ['engine_slim_bg.wasm', 'engine_web_bg.wasm'])
  assert.equal(more.value('limit', { age: 20 }), 99.5)
  assert.equal(few.value('limit', { age: 3 }), 10)
  assert.equal(more.value('limit', { age: 3 }), 10)
})

test('a fetch that failed is tried again', async () => {
  const { loadValues } = await browser('again')
  const working = globalThis.fetch
  globalThis.fetch = async () => new Response('', { status: 503 })
  await assert.rejects(loadValues(plain), /answered 503/)
  globalThis.fetch = working
  assert.equal((await loadValues(plain)).value('limit', { age: 20 }), 99.5)
})

test('elsewhere it is the engine that is there anyway', async () => {
  const { loadValues } = await load('isoflag/values')
  assert.equal((await loadValues(needy)).value('limit', { age: 20 }), 99.5)
  await assert.rejects(loadValues(new Uint8Array(3)), { name: 'ProgramError', code: 'too_short' })
})
