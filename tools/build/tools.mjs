import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** Check and compile for Node: build/tools/tools.js, a CommonJS module as the glue for Node is. */
export async function buildTools({ root }) {
  const out = join(root, 'build', 'tools')
  await buildWasm({ root, crate: 'isoflag-tools-wasm', out, name: 'tools', target: 'nodejs', profile: 'web' })
  await writeFile(join(out, 'package.json'), '{ "type": "commonjs" }\n')
}
