// npm run bench [-- step …]: the same work done by the flag SDKs of the field, and what the README says of it.
// Everything happens in build/bench: a copy of this folder with the SDKs installed, so that none of them is a dependency of
// the project.

import { cp, mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../../tools/build.mjs'
import { unpack } from '../../tools/build/pkg.mjs'
import { fail, run } from '../../tools/lib/run.mjs'
import { hashOf } from '../../tools/lib/stamp.mjs'
import { setup } from '../../tools/setup.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const here = join(root, 'tests/bench')
const bench = join(root, 'build/bench')
const WASM = 'wasm32-unknown-unknown'

/** The steps in order, by name: a command of node in build/bench. */
const STEPS = {
  check: ['check.mjs'],
  w12: ['bench.mjs', '--only', 'w1,w2', '--out', 'w12.json'],
  w3: ['bench.mjs', '--only', 'w3', '--out', 'w3.json'],
  mem: ['bench.mjs', '--only', 'mem', '--out', 'mem.json'],
  cold: ['cold.mjs'],
  floor: ['floor.mjs'],
  bytes: ['bytes.mjs'],
}

async function install() {
  await mkdir(bench, { recursive: true })
  const manifest = ['package.json', 'package-lock.json']
  const fresh = existsSync(join(bench, 'node_modules')) && (await hashOf(bench, manifest)) === (await hashOf(here, manifest))
  await cp(here, bench, { recursive: true })
  if (!fresh) await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: bench })
  await unpack(join(root, 'build/isoflag.tgz'), join(bench, 'node_modules/isoflag'))
}

/** The hand-written floors, and GrowthBook as a bundler gives it: with `process.env.NODE_ENV` replaced. */
async function floors() {
  const out = join(bench, 'out')
  await mkdir(out, { recursive: true })
  const floor = join(bench, 'floor-wasm')
  for (const [level, name] of [['3', 'floor'], ['z', 'floor-z']]) {
    const target = join(floor, 'target', level)
    const args = ['build', '--release', '--locked', '--lib', '--target', WASM, '--target-dir', target]
    await run('cargo', args, { cwd: floor, env: { CARGO_PROFILE_RELEASE_OPT_LEVEL: level } })
    await cp(join(target, WASM, 'release/floor.wasm'), join(out, `${name}.wasm`))
  }
  await run('cargo', ['build', '--release', '--locked', '--bin', 'native', '--target-dir', join(floor, 'target/native')], { cwd: floor })
  await cp(join(floor, 'target/native/release/native'), join(out, 'native'))
  const esbuild = await import('esbuild')
  await esbuild.build({
    stdin: { contents: `export * from '@growthbook/growthbook'`, resolveDir: bench },
    bundle: true,
    format: 'esm',
    platform: 'node',
    define: { 'process.env.NODE_ENV': '"production"' },
    outfile: join(out, 'growthbook-bundled.mjs'),
    logLevel: 'error',
  })
}

async function main() {
  const asked = process.argv.slice(2)
  const unknown = asked.filter(name => !STEPS[name])
  if (unknown.length) throw new Error(`no step is called ${unknown.join(', ')}, choose from ${Object.keys(STEPS).join(', ')}`)
  await setup()
  await build(['tools', 'pkg'])
  await install()
  await floors()
  const node = args => run(process.execPath, args, { cwd: bench, echo: true })
  await node(['prepare.mjs'])
  for (const [name, args] of Object.entries(STEPS)) if (!asked.length || asked.includes(name)) await node(args)
  await node(['report.mjs', ...(asked.length ? [] : [join(root, 'README.md')])])
}

main().then(() => process.exit(0), fail)
