// Tables of what was measured: out/tables.md, and, given the path of a README, what stands there between its two marks.
//   node report.mjs [README.md]

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { peers, rivals } from './peers.mjs'

const OPEN = '<!-- bench: written by `npm run bench` -->'
const CLOSE = '<!-- /bench -->'
/** The hand-written evaluator, which parses a text; from bytes to a value the engine called by hand. */
const FLOORS = ['floor-engine', 'floor-wasm']

const read = name => {
  const file = new URL(`./out/${name}.json`, import.meta.url)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
const w12 = read('w12')
const w3 = read('w3')
const mem = read('mem')
const cold = read('cold')
const bytes = read('bytes')
const floor = read('floor')

function median(list) {
  const sorted = list.filter(one => one != null).sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

const cpu = (run, work) => name => median((run?.raw[work]?.[name] ?? []).map(one => one?.[0]))
const held = flags => name => median((mem?.raw[`mem.${flags}`]?.[name] ?? []).map(one => one && one.heap + one.external))
const started = name => (cold?.peers[name]?.bundled.ok ? cold.peers[name].bundled.cpu : undefined)
const weighed = name => bytes?.[name]?.total?.br

const ns = value => `${value.toFixed(0)} ns`
const us = value => `${(value / 1e3).toFixed(value < 1e4 ? 1 : 0)} µs`
const ms = value => `${(value / 1e6).toFixed(value < 1e7 ? 2 : 0)} ms`
const whole = value => `${value.toFixed(1)} ms`
const kB = value => `${(value / 1000).toFixed(1)} kB`
const MB = value => `${(value / 1e6).toFixed(1)} MB`

/** What is compared: a sentence, how a name's number is found, how it is written, and what stands for us. */
const ROWS = [
  ['one boolean', cpu(w12, 'w1.bool'), ns],
  ['one 50/50 rollout', cpu(w12, 'w1.pct'), ns],
  ['an experiment of three arms behind two conditions', cpu(w12, 'w1.exp'), ns],
  ['ten rules, the last one matches', cpu(w12, 'w1.rules10'), ns],
  ['50 flags to a plain object', cpu(w12, 'w2.50'), us],
  ['500 flags to a plain object', cpu(w12, 'w2.500'), us],
  ['from configuration to first value, 50 flags', cpu(w3, 'w3.50'), ms],
  ['… 1,000 flags', cpu(w3, 'w3.1000'), ms],
  ['… 10,000 flags', cpu(w3, 'w3.10000'), ms],
  ['… 10,000 flags, our compiler included', cpu(w3, 'w3.10000'), ms, 'isoflag-text'],
  ['cold start of a bundle, 50 flags', started, whole, 'isoflag-values'],
  ['… with whole decisions', started, whole],
  ['memory held at 10,000 flags', held(10_000), MB],
  ['bundle that decides in a browser, brotli', weighed, kB],
  ['… with all capabilities', weighed, kB, 'isoflag, all capabilities'],
]

// The names of adapters and of bundles are not quite the same.
const names = [...new Set([...rivals, ...Object.keys(bytes ?? {})])].filter(name => !/^(floor-|isoflag|vercel-flags-wrapper)/.test(name))

function summary() {
  const lines = ['| | isoflag | best peer | ratio | floor |', '|---|---:|---:|---:|---:|']
  for (const [title, number, write, us = 'isoflag'] of ROWS) {
    const ours = number(us)
    const best = names.filter(name => number(name) > 0).sort((a, b) => number(a) - number(b))[0]
    if (ours === undefined || best === undefined) continue
    const least = FLOORS.map(number).find(found => found !== undefined)
    const ratio = number(best) / ours
    lines.push(`| ${title} | ${write(ours)} | ${write(number(best))} ${best} | ${ratio.toFixed(1)}× | ${least === undefined ? '' : write(least)} |`)
  }
  return lines.join('\n')
}

/** Every name in one table, the best first. */
function table(title, columns) {
  const all = [...new Set([...Object.keys(peers), ...Object.keys(bytes ?? {})])].filter(name => columns.some(([, number]) => number(name) !== undefined))
  const [[, first]] = columns
  all.sort((a, b) => (first(a) ?? Infinity) - (first(b) ?? Infinity))
  const head = [`### ${title}`, '', `| | ${columns.map(([name]) => name).join(' | ')} |`, `|---|${columns.map(() => '---:').join('|')}|`]
  const rows = all.map(name => `| ${name} | ${columns.map(([, number, write]) => (number(name) === undefined ? '' : write(number(name)))).join(' | ')} |`)
  return [...head, ...rows, ''].join('\n')
}

function tables() {
  const part = (name, key) => value => bytes?.[value]?.[name]?.[key]
  const written = [
    table('One flag, a new user object each time (CPU time)', ['bool', 'pct', 'exp', 'rules10'].map(kind => [kind, cpu(w12, `w1.${kind}`), ns])),
    table('All flags to a plain object (CPU time)', [50, 500].map(flags => [`${flags} flags`, cpu(w12, `w2.${flags}`), us])),
    table('From configuration to first value (CPU time)', [50, 1000, 10_000].map(flags => [`${flags} flags`, cpu(w3, `w3.${flags}`), ms])),
    table('Memory held: heap and outside of it', [50, 1000, 10_000].map(flags => [`${flags} flags`, held(flags), MB])),
    table('Cold start, bundled: import, load, first value (CPU time)', [['50 flags', started, whole]]),
    table('Bytes to decide in a browser, brotli', [['all', weighed, kB], ['JavaScript', part('js', 'br'), kB], ['wasm', part('wasm', 'br'), kB]]),
  ]
  if (floor) {
    const rows = Object.entries(floor.out).map(([what, time]) => `| ${what} | ${time.toFixed(1)} ns |`)
    written.push(['### What the boundary costs', '', '| | |', '|---|---:|', ...rows, ''].join('\n'))
  }
  return written.join('\n')
}

function readme() {
  const { node, date } = w12
  return `${OPEN}
Measured by \`npm run bench\` with Node ${node.slice(1)} on ${date.slice(0, 10)}, on a busy two-core machine: ratios mean more than times. The flag
SDKs of the field (${rivals.length} adapters) do the same work, each in its own configuration and process, by turns; CPU time, medians. The floor is
the least that hand-written wasm needs, without reasons, without checks and for texts only; from configuration to a
first value it is this engine called by hand, with names and values read beforehand.

${summary()}
${CLOSE}`
}

writeFileSync(new URL('./out/tables.md', import.meta.url), tables())
console.log(tables())
console.log(summary())

const [, , path] = process.argv
if (path) {
  const text = readFileSync(path, 'utf8')
  const [before, rest] = text.split(OPEN)
  const after = rest?.split(CLOSE)[1]
  if (after === undefined) throw new Error(`${path} has no marks for the benchmark`)
  writeFileSync(path, before + readme() + after)
}
