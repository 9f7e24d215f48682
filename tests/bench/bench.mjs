// W1, W2, W3 (+ memory). node bench.mjs [--peers a,b] [--rounds 11] [--ms 50] [--only w1,w2,w3,mem] [--big peers-to-skip-at-10000]
import { fork } from 'node:child_process'
import { writeFileSync, mkdirSync, readFileSync, existsSync } from 'node:fs'
import { able, peers } from './peers.mjs'
const arg = (k, d) => {
  const i = process.argv.indexOf('--' + k)
  return i < 0 ? d : process.argv[i + 1]
}
const names = arg('peers', Object.keys(peers).join(',')).split(','),
  ROUNDS = +arg('rounds', 11),
  MS = +arg('ms', 50),
  only = arg('only', 'w1,w2,w3,mem').split(',')
const med = a => {
  const b = a.filter(x => x != null).sort((x, y) => x - y)
  return b.length ? b[b.length >> 1] : null
}
const spread = a => {
  const b = a.filter(x => x != null).sort((x, y) => x - y)
  return b.length ? [b[0], b[b.length - 1]] : null
}
const start = n =>
  new Promise((ok, no) => {
    const c = fork(new URL('./worker.mjs', import.meta.url), [n], {
      execArgv: ['--expose-gc', '--max-old-space-size=6000'],
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    c.once('message', () => ok(c))
    c.once('exit', () => no(new Error('exit')))
  })
const ask = (c, m, limit = 120000) =>
  new Promise(ok => {
    const t = setTimeout(() => ok({ err: 'timeout' }), limit)
    const h = r => {
        clearTimeout(t)
        c.off('exit', x)
        ok(r)
      },
      x = () => {
        clearTimeout(t)
        ok({ err: 'exit' })
      }
    c.once('message', h)
    c.once('exit', x)
    c.send(m)
  })
const out = { node: process.version, date: new Date().toISOString(), rounds: ROUNDS, ms: MS, raw: {} }
const rec = (k, n, r) => {
  ;((out.raw[k] ||= {})[n] ||= []).push(r.err ? null : r.v)
  if (r.err) (out.errors ||= {})[`${k}/${n}`] = r.err
}
const W = {}
for (const n of names) {
  try {
    W[n] = await start(n)
  } catch (e) {
    console.error('cannot start', n, e.message)
  }
}
const each = async (k, m, rounds, limit) => {
  for (let r = 0; r < rounds; r++) for (const n of names) if (W[n] && able(k.slice(0, 2)).includes(n) && !(out.errors || {})[`${k}/${n}`]) rec(k, n, await ask(W[n], m, limit))
  console.error(k, 'done')
}
if (only.includes('w1')) {
  await each('mk', { op: 'mk', ms: MS }, ROUNDS)
  for (const kind of ['bool', 'pct', 'exp', 'rules10']) await each('w1.' + kind, { op: 'w1', kind, ms: MS }, ROUNDS)
}
if (only.includes('w2')) {
  await each('w2.50', { op: 'w2', n: 50, ms: MS }, ROUNDS)
  await each('w2.500', { op: 'w2', n: 500, ms: MS }, ROUNDS)
  await each('w2batch.50', { op: 'w2', n: 50, ms: MS, batch: true }, 3)
}
if (only.includes('w3')) {
  for (const [n, r] of [
    [50, 15],
    [1000, 9],
    [10000, 5],
  ]) {
    await each(`w3warm.${n}`, { op: 'w3', n }, 2, 180000)
    await each(`w3.${n}`, { op: 'w3', n }, r, 180000)
  }
}
for (const n of names) W[n]?.send({ op: 'bye' })
if (only.includes('mem'))
  for (const size of [50, 1000, 10000])
    for (let r = 0; r < 3; r++)
      for (const n of names.filter(n => able('mem').includes(n))) {
        try {
          const c = await start(n)
          rec(`mem.${size}`, n, await ask(c, { op: 'mem', n: size }, 180000))
          c.send({ op: 'bye' })
        } catch (e) {
          rec(`mem.${size}`, n, { err: e.message })
        }
      }
mkdirSync(new URL('./out/', import.meta.url), { recursive: true })
const file = new URL(`./out/${arg('out', 'bench.json')}`, import.meta.url)
writeFileSync(file, JSON.stringify(out))
const cpu = a => a.map(x => x && x[0]),
  wall = a => a.map(x => x && x[1])
for (const k in out.raw)
  if (!k.startsWith('mem')) {
    console.log('\n' + k)
    const rows = names
      .filter(n => out.raw[k][n])
      .map(n => [n, med(cpu(out.raw[k][n])), spread(cpu(out.raw[k][n])), med(wall(out.raw[k][n]))])
      .sort((a, b) => (a[1] ?? 1e18) - (b[1] ?? 1e18))
    const base = med(cpu(out.raw[k]['floor-js'] || []))
    for (const [n, m, s, wl] of rows)
      console.log(
        n.padEnd(22),
        m == null ? 'n/a' : m.toFixed(0).padStart(12) + ' ns cpu' + wl.toFixed(0).padStart(12) + ' ns wall',
        base && m ? `x${(m / base).toFixed(2)}`.padStart(9) : '',
        s ? `[${s.map(x => x.toFixed(0)).join(' .. ')}]` : '',
      )
  }
for (const k in out.raw)
  if (k.startsWith('mem')) {
    console.log('\n' + k)
    for (const n of names) {
      const v = (out.raw[k][n] || []).filter(Boolean)
      if (v.length)
        console.log(
          n.padEnd(22),
          ['text', 'heap', 'external', 'wasm', 'rss'].map(f => `${f} ${(med(v.map(x => x[f])) / 1024).toFixed(0)}K`).join('  '),
        )
    }
  }
if (out.errors) console.log('\nerrors', JSON.stringify(out.errors, null, 1).slice(0, 3000))
process.exit(0)
