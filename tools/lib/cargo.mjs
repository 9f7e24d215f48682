// Rust to wasm: cargo makes the module, tools/bindgen its JavaScript glue.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.mjs'

const WASM = 'wasm32-unknown-unknown'
const exe = process.platform === 'win32' ? '.exe' : ''

/** Builds the crate as wasm; where it lies. */
export async function cargoWasm({ root, crate, profile = 'release', features = [] }) {
  await run('cargo', ['build', '--profile', profile, ...features, '--locked', '--target', WASM, '-p', crate], { cwd: root })
  return join(root, 'target', WASM, profile, `${crate.replaceAll('-', '_')}.wasm`)
}

/** Builds the crate as wasm and binds it into `out` under the name `name`. */
export async function buildWasm({ root, crate, out, name, target, profile = 'release', features = [], flags = [] }) {
  const wasm = await cargoWasm({ root, crate, profile, features })
  await run('cargo', ['build', '--locked', '-p', 'isoflag-bindgen'], { cwd: root })
  await mkdir(out, { recursive: true })
  await run(join(root, 'target', 'debug', `isoflag-bindgen${exe}`), [wasm, out, name, target, ...flags], { cwd: root })
}
