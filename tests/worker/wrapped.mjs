// A worker with an entry of a test's own around the one that was built, which it finds as `./seat.js`.

import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownWorker } from './kit.mjs'

/** A worker of one's own with this `entry`; `glue` is added to the glue of its wasm. */
export async function wrappedWorker(entry, options, glue = '') {
  const worker = await mkdtemp(join(tmpdir(), 'isoflag-wrapped-'))
  await cp(fileURLToPath(new URL('../../build/worker', import.meta.url)), worker, { recursive: true })
  await rename(join(worker, 'index.js'), join(worker, 'seat.js'))
  await writeFile(join(worker, 'index.js'), entry)
  await writeFile(join(worker, 'glue.js'), glue, { flag: 'a' })
  const own = await ownWorker({ ...options, worker })
  const close = own.close
  return Object.assign(own, {
    close: async () => {
      await close()
      await rm(worker, { recursive: true, force: true })
    },
  })
}
