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

test('its values are those of the whole package, whatever the context holds', async () => {
  const { loadValues } = await browser('same')
  const { loadProgram } = await load('isoflag')
  const whole = loadProgram(plain)
  const units = ['', 'a', 'é', 'x'.repeat(47) + 'é', 'x'.repeat(48), 'x'.repeat(49), '😀'.repeat(13), '\ud800', '€'.repeat(100_000), 'nul\0', 42, 0.5, -7, 2 ** 53, NaN, true, null]
  const others = [undefined, 'US', 20, 17.9, new Date(18), new Date(NaN), false, true, ['US', 1, true, {}, 'é'.repeat(99)], [], { a: 1 }, 18n, 'ß'.repeat(30)]
  for (const bytes of [plain, needy]) {
    const program = await loadValues(bytes)
    for (const unit of units) {
      for (const other of others) {
        const context = { visitorId: unit, account: unit, country: other, internal: other, age: other, plan: other }
        const values = program.values(context)
        assert.deepEqual(values, whole.values(context))
        for (const flag of whole.keys()) assert.deepEqual(program.value(flag, context), whole.value(flag, context), flag)
      }
    }
  }
})

test('a getter that decides something itself garbles nothing', async () => {
  const { loadValues } = await browser('getter')
  const program = await loadValues(plain)
  const inner = id => program.value('checkout', { visitorId: id, country: 'FR', account: 'y'.repeat(9_000) })
  for (const id of ['v-1', 'v-2', 'v-3', 'v-4']) {
    const context = { internal: false, country: 'US', get visitorId() { return inner('another'), id } }
    assert.equal(program.value('checkout', context), program.value('checkout', { internal: false, country: 'US', visitorId: id }))
  }
})

test('each way a program can be wrong has its code', async () => {
  const { loadValues } = await browser('wrong')
  const changed = (at, value) => Uint8Array.from(plain, (byte, i) => (i === at ? value : byte))
  const wrong = { too_short: plain.slice(0, 40), not_a_program: changed(0, 1), unsupported_version: changed(4, 99), missing_capability: changed(15, 0x80), corrupt: Uint8Array.from([...plain, 0]) }
  for (const [code, bytes] of Object.entries(wrong)) await assert.rejects(loadValues(bytes), { name: 'ProgramError', code, message: new RegExp(`${code} \\(\\d+ bytes\\)`) })
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
  await assert.rejects(loadValues(plain), /no engine at .* \(503\)/)
  globalThis.fetch = working
  assert.equal((await loadValues(plain)).value('limit', { age: 20 }), 99.5)
})

test('in Node nothing is fetched, and a program that needs little has the slim engine compiled alone', async () => {
  const { loadValues } = await load('isoflag/values')
  const { Module } = WebAssembly
  const compiled = []
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      super(bytes)
      compiled.push(bytes.length)
    }
  }
  globalThis.fetch = () => assert.fail('there is nothing to fetch')
  try {
    const few = [await loadValues(plain), await loadValues(plain)]
    for (const program of few) assert.equal(program.value('limit', { age: 20 }), 99.5)
    assert.equal(compiled.length, 1)
    assert.equal((await loadValues(needy)).value('limit', { age: 20 }), 99.5)
    assert.equal(compiled.length, 2)
    assert.ok(compiled[0] < compiled[1] / 2, `${compiled[0]} and ${compiled[1]} bytes`)
    few[0].dispose()
    assert.throws(() => few[0].value('limit', {}), { code: 'disposed' })
    assert.equal(few[1].value('limit', { age: 3 }), 10)
    await assert.rejects(loadValues(new Uint8Array(3)), { name: 'ProgramError', code: 'too_short' })
  } finally {
    WebAssembly.Module = Module
  }
})

test('the values of Node are those of the whole package', async () => {
  const { loadValues } = await load('isoflag/values')
  const { loadProgram } = await load('isoflag')
  for (const bytes of [plain, needy]) {
    const [program, whole] = [await loadValues(bytes), loadProgram(bytes)]
    for (const visitorId of ['', 'a', 'é'.repeat(30), 'x'.repeat(100), '\ud800', 42, 0.5, true, null]) {
      const context = { visitorId, account: visitorId, country: 'US', age: 20, internal: false }
      assert.deepEqual(program.values(context), whole.values(context))
      for (const flag of [...whole.keys(), 'größe', 'k'.repeat(9_000)]) assert.deepEqual(program.value(flag, context), whole.value(flag, context), flag)
    }
  }
})
