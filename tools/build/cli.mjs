// The command line inside the npm package: dist/cli. Bundled apart from the entries, so that no entry carries a byte of it.

import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Bundles the commands, each its own chunk, and lays the compiler's wasm beside them. */
export async function buildCli({ root, out }) {
  const source = join(root, 'pkg-templates/src/cli')
  const tools = join(root, 'build/tools')
  const stats = join(root, 'build/stats')
  const report = join(root, 'build/report')
  await mkdir(out, { recursive: true })
  await Promise.all([
    check(root, source),
    bundle(source, out),
    // Its glue is CommonJS, the package says "module".
    copyFile(join(tools, 'tools.js'), join(out, 'tools.cjs')),
    copyFile(join(tools, 'tools_bg.wasm'), join(out, 'tools_bg.wasm')),
    copyFile(join(stats, 'stats.js'), join(out, 'stats.cjs')),
    copyFile(join(stats, 'stats_bg.wasm'), join(out, 'stats_bg.wasm')),
    copyFile(join(report, 'report.js'), join(out, 'report.cjs')),
    copyFile(join(report, 'report_bg.wasm'), join(out, 'report_bg.wasm')),
    notices(root, out),
  ])
}

async function bundle(source, out) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: source,
    entryPoints: [join(source, 'isoflag.ts')],
    outdir: out,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    splitting: true,
    chunkNames: '[name]-[hash]',
    // The engine is the package's own entry, found through its exports map.
    external: ['isoflag'],
    banner: { js: '#!/usr/bin/env node' },
    minify: true,
    logLevel: 'warning',
  })
}

async function check(root, source) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', source]).catch(error => {
    throw new Error(`the command line does not type-check:\n${error.stdout}`)
  })
}

/** The licences of what is bundled. */
async function notices(root, out) {
  const parts = await Promise.all(
    BUNDLED.map(async name => {
      const dir = join(root, 'node_modules', name)
      const { version } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'))
      return `${name} ${version}\n\n${await readFile(join(dir, 'LICENSE'), 'utf8')}`
    }),
  )
  await writeFile(join(out, 'THIRD-PARTY.txt'), `The command line contains:\n\n${parts.join('\n')}`)
}

const BUNDLED = ['@babel/parser', 'hyparquet-writer']
