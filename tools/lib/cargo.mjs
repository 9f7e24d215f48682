// Rust to wasm: cargo makes the module, tools/bindgen its JavaScript glue.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.mjs'

const WASM = 'wasm32-unknown-unknown'
const exe = process.platform === 'win32' ? '.exe' : ''

/** Builds the crate as wasm and binds it into `out` under the name `name`. */
export async function buildWasm({ root, crate, out, name, target, profile = 'release', features = [], flags = [] }) {
  await run('cargo', ['build', '--profile', profile, ...features, '--locked', '--target', WASM, '-p', crate], { cwd: root })
  await run('cargo', ['build', '--locked', '-p', 'isoflag-bindgen'], { cwd: root })
  await mkdir(out, { recursive: true })
  const wasm = join(root, 'target', WASM, profile, `${crate.replaceAll('-', '_')}.wasm`)
  await run(join(root, 'target', 'debug', `isoflag-bindgen${exe}`), [wasm, out, name, target, ...flags], { cwd: root })
}
