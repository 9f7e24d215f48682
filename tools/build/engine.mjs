import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/**
 * The evaluator for servers, where time counts, and for browsers, where bytes count and a program has an instance of its own;
 * both whole, and slim: without the capabilities few programs need. The slim one for servers is no file of the package, it
 * travels inside of `isoflag/values`.
 */
const BUILDS = {
  'engine_bg.wasm': {},
  'engine_few_bg.wasm': { features: ['--no-default-features', '--features', 'many'] },
  'engine_web_bg.wasm': { profile: 'web', features: ['--no-default-features', '--features', 'full'] },
  'engine_slim_bg.wasm': { profile: 'web', features: ['--no-default-features'] },
}

const BOUND = { target: 'bundler', flags: ['--no-ts', '--no-externref'] }

export const ENGINES = Object.keys(BUILDS).filter(name => name !== 'engine_few_bg.wasm')

/** What the host uses: the linker exports two addresses of its own beside. */
const EXPORTS = ['memory', 'allocate', 'capabilities', 'decide', 'find', 'load', 'unload']

export async function buildEngine({ root }) {
  const out = join(root, 'build', 'engine')
  // The glue that is made as well stays behind: a face of integers is called without.
  const bound = join(root, 'target', 'engine')
  await mkdir(out, { recursive: true })
  for (const [name, made] of Object.entries(BUILDS)) {
    await buildWasm({ root, crate: 'isoflag-engine-wasm', out: bound, name: name.replace('_bg.wasm', ''), ...BOUND, ...made })
    await writeFile(join(out, name), withoutLuggage(await readFile(join(bound, name))))
  }
}

/** Without what only tools read, such as names and target features: nothing a visitor should download. */
function withoutLuggage(wasm) {
  const EXPORT = 7
  const kept = [wasm.subarray(0, 8)]
  for (let at = 8; at < wasm.length; ) {
    const start = at
    const id = wasm[at++]
    const size = number()
    const section = at
    if (id === EXPORT) kept.push(...exports(section))
    else if (id !== 0) kept.push(wasm.subarray(start, section + size))
    at = section + size

    /** Reads a LEB128. */
    function number() {
      let value = 0
      for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
        byte = wasm[at++]
        value |= (byte & 0x7f) << shift
      }
      return value
    }

    function exports() {
      const listed = []
      for (let left = number(); left > 0; left--) {
        const from = at
        const length = number()
        const name = wasm.toString('latin1', at, (at += length))
        at++ // its kind
        number() // and its index
        if (EXPORTS.includes(name)) listed.push(wasm.subarray(from, at))
      }
      const bytes = Buffer.concat([Buffer.from([listed.length]), ...listed])
      if (bytes.length > 127) throw new Error('the exports of the engine need a longer length than one byte')
      return [Buffer.from([EXPORT, bytes.length]), bytes]
    }
  }
  return Buffer.concat(kept)
}
