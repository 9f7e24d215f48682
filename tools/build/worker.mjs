import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWasm } from '../lib/cargo.mjs'

/** The worker: build/worker/index.js, its glue and wasm, ready for workerd and for wrangler alike. */
export async function buildWorker({ root }) {
  const out = join(root, 'build', 'worker')
  await rm(out, { recursive: true, force: true })
  await buildWasm({ root, crate: 'isoflag-worker', out, name: 'index', target: 'module', flags: ['--no-ts', '--worker'] })
  // The glue asks for the wasm by a source phase import, which workerd does not know yet; its plain import means the same.
  const glue = await readFile(join(out, 'index.js'), 'utf8')
  if (!glue.includes('import source ')) throw new Error('the glue of wasm-bindgen looks other than expected, see tools/build/worker.mjs')
  await writeFile(join(out, 'glue.js'), glue.replaceAll('import source ', 'import '))
  await rm(join(out, 'index.js'))
  await cp(join(root, 'src', 'worker', 'shim.js'), join(out, 'index.js.new'))
  // Last, and in one step: whoever finds index.js finds all of it.
  await rename(join(out, 'index.js.new'), join(out, 'index.js'))
}
