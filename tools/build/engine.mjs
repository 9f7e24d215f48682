import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** The evaluator: build/engine/engine_bg.wasm with all capabilities, and the slim one for browsers beside it. */
export async function buildEngine({ root }) {
  const made = { root, crate: 'isoflag-engine-wasm', out: join(root, 'build', 'engine'), target: 'bundler', flags: ['--no-externref'] }
  await buildWasm({ ...made, name: 'engine' })
  await buildWasm({ ...made, name: 'engine_slim', profile: 'slim', features: ['--no-default-features'] })
}
