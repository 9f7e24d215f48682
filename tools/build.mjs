// Builds what is asked for, and what that needs, and skips what is fresh.   node tools/build.mjs [engine|tools|stats|report|pkg|worker|console|shop|all]

import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fail } from './lib/run.mjs'
import { unlessFresh } from './lib/stamp.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const rust = ['Cargo.toml', 'Cargo.lock', 'tools/bindgen', 'tools/lib/cargo.mjs']
const npm = ['package-lock.json']

/** What each step reads, what it leaves, and which steps come before it. */
const STEPS = {
  engine: {
    title: 'the engine (Rust → wasm)',
    module: './build/engine.mjs',
    call: 'buildEngine',
    inputs: [...rust, 'src/engine', 'src/engine-wasm', 'tools/build/engine.mjs'],
    outputs: ['engine', 'engine_few', 'engine_web', 'engine_slim'].map(name => `build/engine/${name}_bg.wasm`),
  },
  tools: {
    title: 'the compiler (Rust → wasm)',
    module: './build/tools.mjs',
    call: 'buildTools',
    inputs: [...rust, 'src/engine', 'src/written', 'src/datafile', 'src/tools-wasm'],
    outputs: ['build/tools/tools_bg.wasm'],
  },
  stats: {
    title: 'the statistics (Rust → wasm)',
    module: './build/stats.mjs',
    call: 'buildStats',
    inputs: [...rust, 'src/stats', 'src/methods', 'src/written', 'src/experiments', 'src/stats-wasm', 'tools/build/stats.mjs'],
    outputs: ['build/stats/stats_bg.wasm', 'build/stats/module/stats_bg.wasm'],
  },
  report: {
    title: 'the report (Rust → wasm)',
    module: './build/report.mjs',
    call: 'buildReport',
    inputs: [...rust, 'src/stats', 'src/written', 'src/experiments', 'src/report-wasm', 'tools/build/report.mjs'],
    outputs: ['build/report/report_bg.wasm', 'build/report/module/report_bg.wasm'],
  },
  pkg: {
    title: 'the npm package',
    module: './build/pkg.mjs',
    call: 'buildPkg',
    needs: ['engine', 'tools', 'stats', 'report'],
    inputs: [...rust, ...npm, 'src/engine', 'src/engine-wasm', 'src/datafile', 'src/tools-wasm', 'src/stats', 'src/experiments', 'src/stats-wasm', 'src/report-wasm', 'pkg-templates', 'tools/build/pkg.mjs', 'tools/build/cli.mjs'],
    outputs: ['build/isoflag.tgz', 'tests/shop/node_modules/isoflag/package.json'],
  },
  worker: {
    title: 'the worker (Rust → wasm)',
    module: './build/worker.mjs',
    call: 'buildWorker',
    inputs: [...rust, 'src/engine', 'src/written', 'src/datafile', 'src/events', 'src/stats', 'src/experiments', 'src/worker', 'tools/build/worker.mjs'],
    outputs: ['build/worker/index.js'],
  },
  console: {
    title: 'the console',
    module: './build/console.mjs',
    call: 'buildConsole',
    inputs: [...npm, 'www', 'tools/build/console.mjs'],
    outputs: ['build/console/index.html'],
  },
  shop: {
    title: 'the example shop',
    module: './build/shop.mjs',
    call: 'buildShop',
    needs: ['pkg'],
    inputs: [...rust, ...npm, 'src/engine', 'src/engine-wasm', 'pkg-templates', 'tests/shop', 'tools/build/shop.mjs'],
    outputs: ['tests/shop/.next/BUILD_ID'],
  },
}

/** Builds the named steps in the order of the table above. `log(text)` hears of each one that has work to do. */
export async function build(names, { log = console.log } = {}) {
  const wanted = new Set()
  const want = name => {
    if (!STEPS[name]) throw new Error(`nothing is called ${name}, choose from ${Object.keys(STEPS).join(', ')}, all`)
    STEPS[name].needs?.forEach(want)
    wanted.add(name)
  }
  for (const name of names) name === 'all' ? Object.keys(STEPS).forEach(want) : want(name)
  for (const [name, step] of Object.entries(STEPS)) {
    if (!wanted.has(name)) continue
    const { module, call, title } = step
    const from = Date.now()
    const ran = await unlessFresh({ root, name, ...step }, async () => {
      log(`building ${title} …`)
      await (await import(module))[call]({ root, log })
    })
    if (ran) log(`built ${title} in ${((Date.now() - from) / 1000).toFixed(1)} s`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  build(process.argv.length > 2 ? process.argv.slice(2) : ['all']).catch(fail)
}
