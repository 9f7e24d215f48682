// Assembles the npm package from pkg-templates and the engine: build/pkg, and packed, build/isoflag.tgz.

import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildCli } from './cli.mjs'
import { ENGINES } from './engine.mjs'

const run = promisify(execFile)

/** The modules that stay imports: peers, the wasm beside the entries, and the package itself, resolved by condition. */
const external = ['react', 'react/*', 'next/*', 'node:*', 'isoflag', '*.wasm', '*.wasm?module']
const esm = ['index.workerd', 'index.edge', 'index.inline', 'index.browser', 'values', 'values.browser', 'react', 'next', 'node', 'track']
const cjs = ['index.inline', 'values.inline', 'react', 'next', 'node', 'track']
/** The engines that travel inside the JavaScript, by the name of their import. */
const inlined = { 'engine:full': 'engine_bg.wasm', 'engine:slim': 'engine_few_bg.wasm' }

/** Builds, packs, and puts the packed package where the shop finds it. Takes seconds. */
export async function buildPkg({ root, log = console.log }) {
  const templates = join(root, 'pkg-templates')
  const out = join(root, 'build/pkg')
  await rm(out, { recursive: true, force: true })
  await mkdir(join(out, 'dist'), { recursive: true })
  await Promise.all([
    bundle(root, templates, out),
    declare(root, templates, join(out, 'dist/types')),
    buildCli({ root, out: join(out, 'dist/cli') }),
    ...ENGINES.map(async name => writeFile(join(out, name), await readEngine(join(root, 'build/engine', name)))),
    cp(join(templates, 'package.json'), join(out, 'package.json')),
    cp(join(templates, 'README.md'), join(out, 'README.md')),
    cp(join(root, 'src/datafile/schema/datafile.schema.json'), join(out, 'datafile.schema.json')),
    cp(join(root, 'src/experiments/schema/experiments.schema.json'), join(out, 'experiments.schema.json')),
    cp(join(root, 'LICENSE'), join(out, 'LICENSE')).catch(ignoreAbsent),
  ])
  const tarball = await pack(root, out)
  log(`packed ${tarball}`)
  const shop = join(root, 'tests/shop')
  if (await exists(join(shop, 'package.json'))) await unpack(tarball, join(shop, 'node_modules/isoflag'))
  return tarball
}

/** Unpacks a packed package to `target`, replacing what is there. */
export async function unpack(tarball, target) {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
}

async function readEngine(path) {
  const wasm = await readFile(path).catch(() => {
    throw new Error(`${path} is missing: run \`npm run build:engine\` first`)
  })
  // The seat instantiates without imports; one would only show at run time, in the user's hands.
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm))
  if (imports.length > 0) throw new Error(`the engine must import nothing, it imports ${imports.map(({ name }) => name).join(', ')}`)
  return wasm
}

async function bundle(root, templates, out) {
  const { build } = await import('esbuild')
  const options = {
    absWorkingDir: join(templates, 'src'),
    outdir: join(out, 'dist'),
    bundle: true,
    target: 'es2022',
    platform: 'neutral',
    jsx: 'automatic',
    external,
    plugins: [enginesAsBase64(root)],
    logLevel: 'warning',
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
  }
  await Promise.all([
    build({ ...options, entryPoints: esm.map(name => entry(templates, name)), format: 'esm', splitting: true, chunkNames: 'chunk-[hash]' }),
    // In one file, as what it is for is a short start: every file that Node has to find costs half a millisecond.
    build({ ...options, entryPoints: [entry(templates, 'values.inline')], format: 'esm' }),
    // No splitting in CommonJS; `platform: node` annotates the exports for Node's `import` of it.
    build({ ...options, entryPoints: cjs.map(name => entry(templates, name)), format: 'cjs', platform: 'node', outExtension: { '.js': '.cjs' } }),
  ])
}

function entry(templates, name) {
  return join(templates, 'src', name + (name === 'react' ? '.tsx' : '.ts'))
}

function enginesAsBase64(root) {
  return {
    name: 'engines',
    setup(build) {
      build.onResolve({ filter: /^engine:/ }, ({ path }) => ({ path, namespace: 'engine' }))
      build.onLoad({ filter: /.*/, namespace: 'engine' }, async ({ path }) => {
        const wasm = await readEngine(join(root, 'build/engine', inlined[path]))
        return { contents: `export default "${wasm.toString('base64')}"` }
      })
    },
  }
}

/** Types twice: `.d.ts` for import and `.d.cts` for require, each tree pointing at itself. */
async function declare(root, templates, out) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', templates, '--outDir', out]).catch(error => {
    throw new Error(`the package does not type-check:\n${error.stdout}`)
  })
  // The engine's seat is nobody's business: no entry's types speak of it, which the type tests on the packed package hold.
  await rm(join(out, 'engine'), { recursive: true })
  const names = await readdir(out, { recursive: true })
  const entries = /^(index|values)\.\w+\.d\.ts$/
  await Promise.all(
    names.map(async name => {
      if (entries.test(name)) return rm(join(out, name))
      if (!name.endsWith('.d.ts')) return
      const text = await readFile(join(out, name), 'utf8')
      const pointing = extension => text.replace(/(from |import\()(['"])(\.[^'"]+)\.tsx?\2/g, `$1$2$3.${extension}$2`)
      await writeFile(join(out, name), pointing('js'))
      await writeFile(join(out, name.replace(/\.d\.ts$/, '.d.cts')), pointing('cjs'))
    }),
  )
}

async function pack(root, out) {
  const { stdout } = await run('npm', ['pack', out, '--json', '--ignore-scripts', '--pack-destination', join(root, 'build')], {
    cwd: root,
    shell: process.platform === 'win32',
  })
  const [{ filename }] = JSON.parse(stdout)
  const tarball = join(root, 'build/isoflag.tgz')
  await rename(join(root, 'build', filename), tarball)
  return tarball
}

async function exists(path) {
  return stat(path).then(() => true, () => false)
}

function ignoreAbsent(error) {
  if (error.code !== 'ENOENT') throw error
}
