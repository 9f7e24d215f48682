// Brings the oracle to Node: one module of JavaScript, bundled in memory.

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Imports a file of this folder, `index.ts` if none is named. */
export async function load(file = 'index.ts') {
  const entry = fileURLToPath(new URL(file, import.meta.url))
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', target: 'node20', write: false, logLevel: 'error' })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
