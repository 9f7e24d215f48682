import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** Reports: build/report/report.js for Node, a CommonJS module as the glue for Node is, and build/report/module/report.js for bundlers that know wasm. */
export async function buildReport({ root }) {
  const out = join(root, 'build', 'report')
  await mkdir(out, { recursive: true })
  await writeFile(join(out, 'package.json'), '{ "type": "commonjs" }\n')
  const crate = { root, crate: 'isoflag-report-wasm', name: 'report', profile: 'web' }
  await buildWasm({ ...crate, out, target: 'nodejs' })
  await buildWasm({ ...crate, out: join(out, 'module'), target: 'bundler' })
  await writeFile(join(out, 'module', 'package.json'), '{ "type": "module" }\n')
}
