// The package inside a bundle, as apps ship it: nothing needed is shaken off, nothing superfluous comes along, and it weighs
// what it may.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { budgets, overweight, weighEntries } from '../../tools/prove/sizes.mjs'
import { compile, datafile, install } from './support.mjs'

const { dir, project } = await install()
const { build } = await import('esbuild')
const { program: bytes } = compile(datafile)

/** Bundles `contents` for a host; gives its text, and the module when it can run here. */
async function bundle(contents, conditions, format = 'esm') {
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    write: false,
    minify: true,
    format,
    platform: 'neutral',
    conditions,
    external: ['*.wasm', '*.wasm?module'],
    logLevel: 'silent',
  })
  assert.deepEqual(warnings, [])
  const { text } = outputFiles[0]
  const file = join(project, `${conditions[0]}-${text.length}.${format === 'cjs' ? 'cjs' : 'mjs'}`)
  return { text, load: async () => (await writeFile(file, text), import(pathToFileURL(file))) }
}

test('each entry weighs what it may', async () => {
  const weighed = await weighEntries(dir)
  assert.deepEqual(overweight(weighed, (await budgets()).entries), [])
  assert.equal(Object.keys(weighed).length, Object.keys((await budgets()).entries).length)
})

test('a bundle for Node decides at once: the engine is seated though nobody names it', async () => {
  const { load } = await bundle(`export { loadProgram } from 'isoflag'`, ['node', 'import'])
  const { loadProgram } = await load()
  assert.equal(loadProgram(bytes).decide('limit', { age: 20 }).value, 99.5)
})

test('the inline entry decides where there is no Buffer', async () => {
  const { load, text } = await bundle(`export { loadProgram } from 'isoflag/inline'`, ['import'])
  assert.doesNotMatch(text, /(?<![.\w])Buffer\b/, 'a bare Buffer would bring a polyfill along')
  const { Buffer } = globalThis
  try {
    globalThis.Buffer = undefined
    const { loadProgram } = await load()
    assert.equal(loadProgram(bytes).decide('limit', { age: 20 }).value, 99.5)
  } finally {
    globalThis.Buffer = Buffer
  }
})

test('in a browser the engine is fetched by `init`, from beside the bundle or from where it is told', async () => {
  const { load, text } = await bundle(`export * from 'isoflag'`, ['browser', 'import'])
  for (const name of ['engine_web_bg', 'engine_slim_bg'])
    assert.ok(text.includes(`new URL("../${name}.wasm",import.meta.url)`), `${name}: the form bundlers look for`)
  const { init, initSync, loadProgram } = await load()
  assert.throws(() => loadProgram(bytes), { code: 'no_engine', message: /`await init\(\)` first/ })
  await assert.rejects(init(new Response('', { status: 404 })), /^Error: no engine at `.*` \(404\): moved by a bundler\?$/)
  assert.throws(() => initSync(), { code: 'no_engine' })
  const wasm = await readFile(join(dir, 'engine_bg.wasm'))
  await init(new Response(wasm, { headers: { 'content-type': 'application/wasm' } }))
  const program = loadProgram(bytes)
  assert.equal(program.decide('limit', { age: 20 }).value, 99.5)
  await init()
  initSync()
  assert.equal(program.decide('limit', { age: 20 }).value, 99.5, 'a second start changes nothing')
})

test('every way to hand the engine over works', async () => {
  const wasm = await readFile(join(dir, 'engine_bg.wasm'))
  const ways = {
    bytes: ({ init }) => init(new Uint8Array(wasm)),
    module: ({ init }) => init(new WebAssembly.Module(wasm)),
    'a response of another type': ({ init }) => init(new Response(wasm, { headers: { 'content-type': 'application/octet-stream' } })),
    'bytes at once': ({ initSync }) => initSync(new Uint8Array(wasm)),
    'a module at once': ({ initSync }) => initSync(new WebAssembly.Module(wasm)),
  }
  const { text } = await bundle(`export * from 'isoflag'`, ['browser', 'import'])
  for (const [way, start] of Object.entries(ways)) {
    const file = join(project, `${way.replaceAll(' ', '-')}.mjs`)
    await writeFile(file, text)
    const fresh = await import(pathToFileURL(file))
    await start(fresh)
    assert.equal(fresh.loadProgram(bytes).decide('limit', { age: 20 }).value, 99.5, way)
  }
})

test('workerd and the edge runtime get a module to import, and compile no bytes', async () => {
  for (const [condition, specifier] of [
    ['workerd', '../engine_bg.wasm'],
    ['edge-light', '../engine_bg.wasm?module'],
  ]) {
    const { text } = await bundle(`export * from 'isoflag'`, [condition, 'import'])
    assert.match(text, new RegExp(`from"${specifier.replace(/[.?]/g, '\\$&')}"`), condition)
  }
})

test('a bundle for production has nothing of what is said in development', async () => {
  const bundled = async NODE_ENV => {
    const { outputFiles } = await build({
      stdin: { contents: `export { useFlag } from 'isoflag/react'`, resolveDir: project },
      bundle: true,
      write: false,
      minify: true,
      platform: 'neutral',
      define: { 'process.env.NODE_ENV': JSON.stringify(NODE_ENV) },
      external: ['react', 'react/*'],
    })
    return outputFiles[0].text
  }
  assert.match(await bundled('development'), /console\.warn\(.*<FlagProvider>/)
  assert.doesNotMatch(await bundled('production'), /console|FlagProvider|process/)
})

test('what does not decide brings no engine along', async () => {
  for (const entry of ['isoflag/track', 'isoflag/react']) {
    const { outputFiles } = await build({
      stdin: { contents: `export * from '${entry}'`, resolveDir: project },
      bundle: true,
      write: false,
      platform: 'neutral',
      external: ['react', 'react/*'],
    })
    assert.doesNotMatch(outputFiles[0].text, /WebAssembly|engine_bg|loadProgram/, entry)
  }
})
