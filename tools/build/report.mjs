import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** Reports: build/report/report.js for Node, a CommonJS module as the glue for Node is. */
export async function buildReport({ root }) {
  const out = join(root, 'build', 'report')
  await mkdir(out, { recursive: true })
  await writeFile(join(out, 'package.json'), '{ "type": "commonjs" }\n')
  await buildWasm({ root, crate: 'isoflag-report-wasm', name: 'report', profile: 'web', out, target: 'nodejs' })
}
