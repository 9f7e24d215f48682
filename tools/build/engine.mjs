import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** The evaluator: build/engine/engine_bg.wasm and its glue. */
export function buildEngine({ root }) {
  const out = join(root, 'build', 'engine')
  return buildWasm({ root, crate: 'isoflag-engine-wasm', out, name: 'engine', target: 'bundler', flags: ['--no-externref'] })
}
