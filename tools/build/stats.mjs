import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** Statistics: build/stats/stats.js for Node, a CommonJS module as the glue for Node is, and build/stats/module/stats.js for bundlers that know wasm. */
export async function buildStats({ root }) {
  const out = join(root, 'build', 'stats')
  // People wait for its download, not for its answers.
  const crate = { root, crate: 'isoflag-stats-wasm', name: 'stats', profile: 'web', flags: ['--no-externref'] }
  await mkdir(out, { recursive: true })
  await writeFile(join(out, 'package.json'), '{ "type": "commonjs" }\n')
  await buildWasm({ ...crate, out, target: 'nodejs' })
  await buildWasm({ ...crate, out: join(out, 'module'), target: 'bundler' })
  await writeFile(join(out, 'module', 'package.json'), '{ "type": "module" }\n')
}
