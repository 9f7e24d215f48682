import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

export const ENGINES = ['engine_bg.wasm', 'engine_web_bg.wasm', 'engine_slim_bg.wasm']

/**
 * The evaluator three times: `engine` for servers, where time counts; `engine_web`, the same for browsers, where bytes
 * count; `engine_slim`, without the capabilities few programs need.
 */
export async function buildEngine({ root }) {
  const out = join(root, 'build', 'engine')
  const made = { root, crate: 'isoflag-engine-wasm', out, target: 'bundler', flags: ['--no-externref'] }
  await buildWasm({ ...made, name: 'engine' })
  await buildWasm({ ...made, name: 'engine_web', profile: 'web' })
  await buildWasm({ ...made, name: 'engine_slim', profile: 'web', features: ['--no-default-features'] })
  for (const name of ENGINES) {
    const wasm = await readFile(join(out, name))
    await writeFile(join(out, name), withoutCustomSections(wasm))
  }
}

/** What only tools read, such as the list of target features, is nothing a visitor should download. */
function withoutCustomSections(wasm) {
  const kept = [wasm.subarray(0, 8)]
  for (let at = 8; at < wasm.length; ) {
    const start = at
    const id = wasm[at++]
    let size = 0
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = wasm[at++]
      size |= (byte & 0x7f) << shift
    }
    at += size
    if (id !== 0) kept.push(wasm.subarray(start, at))
  }
  return Buffer.concat(kept)
}
