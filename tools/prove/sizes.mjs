// What everything weighs: each wasm, and each npm entry bundled and minified as an app would ship it.

import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const root = resolve(fileURLToPath(import.meta.url), '../../..')

export const needs = ['engine', 'tools', 'stats', 'report', 'pkg', 'worker']

/** What an app writes, and the conditions of a host that takes it; react, next and the wasm stay outside. */
const ENTRIES = {
  'isoflag (browser)': [`export * from 'isoflag'`, ['browser', 'import']],
  'isoflag (browser), deciding only': [`export { init, loadProgram } from 'isoflag'`, ['browser', 'import']],
  'isoflag/values (browser)': [`export * from 'isoflag/values'`, ['browser', 'import']],
  'isoflag/values (node)': [`export * from 'isoflag/values'`, ['node', 'import']],
  'isoflag (workerd)': [`export * from 'isoflag'`, ['workerd', 'import']],
  'isoflag (edge-light)': [`export * from 'isoflag'`, ['edge-light', 'import']],
  'isoflag (node), isoflag/inline': [`export * from 'isoflag/inline'`, ['node', 'import']],
  'isoflag/react': [`export * from 'isoflag/react'`, ['browser', 'import']],
  'isoflag/track': [`export * from 'isoflag/track'`, ['browser', 'import']],
  'isoflag/node': [`export * from './dist/node.js'`, ['node', 'import'], 'isoflag'],
  // Without the engine it loads by itself.
  'isoflag/next': [`export * from './dist/next.js'`, ['node', 'import'], 'isoflag'],
}

/** Raw, gzip and brotli bytes. */
function weigh(bytes) {
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length }
}

/** Weighs the entries of the package at `dir` (a folder `node_modules/isoflag`). */
export async function weighEntries(dir) {
  const { build } = await import('esbuild')
  const weighed = {}
  for (const [name, [contents, conditions, ...outside]] of Object.entries(ENTRIES)) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: dir },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      conditions,
      define: { 'process.env.NODE_ENV': '"production"' },
      external: ['react', 'react/*', 'next/*', 'node:*', '*.wasm', '*.wasm?module', ...outside],
      logLevel: 'silent',
    })
    weighed[name] = weigh(outputFiles[0].contents)
  }
  return weighed
}

/** Weighs the wasm of each step of the build. */
export async function weighWasm() {
  const weighed = {}
  for (const step of ['engine', 'tools', 'stats', 'report', 'worker']) {
    const dir = join(root, 'build', step)
    for (const name of await readdir(dir)) if (name.endsWith('.wasm')) weighed[`${step}/${name}`] = weigh(await readFile(join(dir, name)))
  }
  return weighed
}

/** The most each may weigh in brotli bytes. */
export async function budgets() {
  return JSON.parse(await readFile(join(root, 'pkg-templates/.budgets.json'), 'utf8'))
}

/** What is over its budget, or has none, in words. */
export function overweight(weighed, budget) {
  return Object.entries(weighed).flatMap(([name, { brotli }]) => {
    if (budget[name] === undefined) return [`${name} has no budget in pkg-templates/.budgets.json`]
    return brotli > budget[name] ? [`${name} is ${brotli} B brotli, ${budget[name]} B are allowed`] : []
  })
}

export async function run() {
  const { wasm, entries } = await budgets()
  const parts = [
    ['wasm', await weighWasm(), wasm],
    ['npm entry, bundled and minified', await weighEntries(join(root, 'build/pkg')), entries],
  ]
  for (const [title, weighed, budget] of parts) {
    console.log(`\n${title.padEnd(34)}${['raw', 'gzip', 'brotli', 'budget'].map(word => word.padStart(10)).join('')}`)
    for (const [name, { raw, gzip, brotli }] of Object.entries(weighed))
      console.log(name.padEnd(34) + [raw, gzip, brotli, budget[name] ?? '–'].map(number => String(number).padStart(10)).join(''))
  }
  const problems = parts.flatMap(([, weighed, budget]) => overweight(weighed, budget))
  if (problems.length > 0) throw new Error(problems.join('\n'))
}
