// npm run prove -- <name>: long proofs that print figures. Each is a file of tools/prove that exports `run(args)`.

import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { build } from './build.mjs'
import { fail } from './lib/run.mjs'
import { setup } from './setup.mjs'

async function main() {
  const folder = new URL('./prove/', import.meta.url)
  const proofs = (await readdir(folder)).filter(file => file.endsWith('.mjs')).map(file => basename(file, '.mjs'))
  const [name, ...args] = process.argv.slice(2)
  if (!proofs.includes(name)) {
    throw new Error(`${name ? `no proof is called ${name}` : 'name a proof'}: npm run prove -- ${proofs.join(' | ')}`)
  }
  await setup()
  const proof = await import(new URL(`${name}.mjs`, folder))
  await build(proof.needs ?? ['all'])
  const from = Date.now()
  await proof.run(args)
  console.log(`${name}: held, ${((Date.now() - from) / 1000).toFixed(0)} s`)
}

main().then(() => process.exit(0), fail)
