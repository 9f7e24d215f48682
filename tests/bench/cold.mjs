// W4 cold start: as installed (many files) and bundled by esbuild into one chunk per SDK (as Next.js / wrangler would). node cold.mjs [--peers a,b] [--runs 31]
// Every run is a fresh process that times itself (cold-child.mjs). Every other round goes backwards, so that nobody is always behind the
// same neighbour.
import { writeFileSync, mkdirSync, existsSync, symlinkSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'
import { able } from './peers.mjs'
import { served } from './prepare.mjs'
import { makeSpec } from './spec.mjs'
const arg = (k, d) => {
  const i = process.argv.indexOf('--' + k)
  return i < 0 ? d : process.argv[i + 1]
}
const names = arg('peers', able('w4').join(',')).split(','),
  runs = +arg('runs', 31),
  med = a => [...a].sort((x, y) => x - y)[a.length >> 1]
const root = new URL('.', import.meta.url).pathname,
  cfg = `${root}out/configs/`,
  bdir = `${root}out/bundle/`
mkdirSync(cfg, { recursive: true })
mkdirSync(bdir, { recursive: true })
// Adapters look for what was built at ../out, from peers/ as from the bundle.
if (!existsSync(`${root}out/out`)) symlinkSync('.', `${root}out/out`)
for (const n of names) writeFileSync(`${cfg}${n}-50.json`, served(n, makeSpec(50)))
const NOBUNDLE = ['@devcycle/bucketing-assembly-script', '@statsig/statsig-node-core'] // load a .wasm / .node next to their own file
await build({
  entryPoints: [root + 'cold-child.mjs'],
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outdir: bdir,
  outExtension: { '.js': '.mjs' },
  external: [...NOBUNDLE, 'next/*', '*/tools.js'],
  conditions: ['node', 'import'],
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'error',
  banner: {
    js: "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url),__filename=__fu(import.meta.url),__dirname=__dn(__filename);",
  },
})
const R = {},
  env = { ...process.env, NODE_ENV: 'production' }
const one = (k, args) => {
  const r = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  let j
  try {
    j = JSON.parse(r.stdout.trim().split('\n').pop())
  } catch {
    j = { ok: false, err: r.stderr?.slice(0, 300) }
  }
  const s = (R[k] ||= { cpu: [], wall: [], parts: [], ok: true })
  s.cpu.push(j.cpu ?? NaN)
  s.wall.push(j.wall ?? NaN)
  s.parts.push(j.parts ?? [])
  s.ok &&= j.ok
  if (j.err) s.err = j.err
}
for (let r = 0; r <= runs; r++) {
  // run 0 warms the page cache and is dropped
  for (const n of r % 2 ? [...names].reverse() : names) {
    one(n + '|import', [root + 'cold-child.mjs', n, 'import'])
    one(n + '|full', [root + 'cold-child.mjs', n, 'full', `${cfg}${n}-50.json`])
    one(n + '|bundled', [bdir + 'cold-child.mjs', n, 'full', `${cfg}${n}-50.json`])
  }
  if (!r) for (const k in R) delete R[k]
}
const out = { peers: {} }
for (const n of names) {
  const m = k => ({ cpu: med(R[k].cpu), wall: med(R[k].wall), parts: [0, 1, 2].map(i => med(R[k].parts.map(part => part[i]))), ok: R[k].ok, err: R[k].err })
  out.peers[n] = { import: m(n + '|import'), full: m(n + '|full'), bundled: m(n + '|bundled') }
}
writeFileSync(root + 'out/cold.json', JSON.stringify({ ...out, raw: R }))
const f = x =>
  x.ok
    ? `${x.cpu.toFixed(2)} ms cpu ${x.wall.toFixed(2)} wall`.padEnd(28)
    : ('BAD ' + (x.err || '').split('\n').find(l => /Error/.test(l))).padEnd(28)
for (const [n, v] of Object.entries(out.peers).sort((a, c) => a[1].bundled.cpu - c[1].bundled.cpu))
  console.log(n.padEnd(22), 'import', f(v.import), 'full', f(v.full), 'bundled full', f(v.bundled), `(import, load, value: ${v.bundled.parts.map(part => part?.toFixed(2)).join(', ')} wall)`)
