// What an SDK is served: its configuration as text, or what its adapter's `prepare` made of it, once, in a process of its
// own, so that neither time nor memory of a compiler is counted.   node prepare.mjs

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { peers } from './peers.mjs'
import { makeSpec } from './spec.mjs'

export const SIZES = [50, 500, 1000, 10_000]

const folder = new URL('./out/prepared/', import.meta.url)
const file = (name, flags) => new URL(`${name}-${flags}`, folder)

/** The configuration of `spec` as the SDK called `name` gets it. */
export function served(name, spec) {
  return peers[name].prepare ? new Uint8Array(readFileSync(file(name, spec.length))) : peers[name].config(spec)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(folder, { recursive: true })
  for (const [name, { config, prepare }] of Object.entries(peers)) {
    if (!prepare) continue
    for (const flags of SIZES) writeFileSync(file(name, flags), await prepare(config(makeSpec(flags))))
  }
}
