// Fuzzing by coverage: bytes as a program, text as a datafile, bytes as a context. libFuzzer, on the toolchain of this
// repository: the coverage pass is LLVM's own, so neither a nightly compiler nor another command is needed, only a C++ one.
//   npm run prove -- fuzz [--minutes 10] [--target program] [--keep]
// Minutes are of CPU time, for each target. --keep writes what was found back to tests/fuzz/corpus, minimised.

import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { run as command } from '../lib/run.mjs'
import { root } from '../setup.mjs'

export const needs = []

const TARGETS = ['program', 'datafile', 'context']
const COVERAGE = ['-Cpasses=sancov-module', ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map(what => `-Cllvm-args=-sanitizer-coverage-${what}`)]
const LIMITS = { program: 16_384, datafile: 8192, context: 1024 }
/** What a target may keep in the repository. */
const KEPT = { files: 64, bytes: 24_000 }

const home = join(root, 'tests', 'fuzz')
const build = join(root, 'target', 'fuzz')
const ticks = 100

/** Seconds of CPU a process has used, or null where the system does not tell. */
async function cpuSeconds(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (!text) return null
  const [user, system] = text.slice(text.lastIndexOf(')') + 2).split(' ').slice(11, 13)
  return (Number(user) + Number(system)) / ticks
}

function fuzz(binary, target, found, minutes) {
  const args = [found, join(home, 'corpus', target), `-max_len=${LIMITS[target]}`, '-timeout=10', '-rss_limit_mb=1024', `-artifact_prefix=${found}-`, '-print_final_stats=1', ...(target === 'datafile' ? [`-dict=${join(home, 'datafile.dict')}`] : [])]
  return new Promise((done, failed) => {
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const from = Date.now()
    let tail = ''
    let spent = 0
    let ended = false
    child.stderr.on('data', chunk => (tail = (tail + chunk).slice(-6000)))
    const watch = setInterval(async () => {
      spent = (await cpuSeconds(child.pid)) ?? (Date.now() - from) / 1000
      if (spent >= minutes * 60) {
        ended = true
        child.kill('SIGINT')
      }
    }, 500)
    child.on('error', failed)
    child.on('close', code => {
      clearInterval(watch)
      if (!ended) return failed(Object.assign(new Error(`${target} failed with ${code} after ${spent.toFixed(0)} s; the input is ${found}-*`), { output: tail }))
      const runs = /stat::number_of_executed_units:\s*(\d+)/.exec(tail)?.[1]
      const [, cover, features] = [...tail.matchAll(/cov: (\d+) ft: (\d+)/g)].at(-1) ?? []
      done({ spent, runs, cover, features })
    })
  })
}

/** Of the inputs that together cover what all cover, as many as may be kept, short ones and long ones. */
async function keep(binary, target, found) {
  const small = `${found}-small`
  const corpus = join(home, 'corpus', target)
  await rm(small, { recursive: true, force: true })
  await mkdir(small, { recursive: true })
  await command(binary, ['-set_cover_merge=1', '-timeout=10', small, found, corpus], { cwd: root })
  const files = await Promise.all((await readdir(small)).map(async name => ({ name, size: (await stat(join(small, name))).size })))
  files.sort((a, b) => a.size - b.size)
  const step = Math.ceil(files.length / KEPT.files)
  await rm(corpus, { recursive: true, force: true })
  await mkdir(corpus, { recursive: true })
  const kept = { files: 0, bytes: 0 }
  for (const { name, size } of files.filter((_, index) => index % step === 0)) {
    if (kept.bytes + size > KEPT.bytes) continue
    kept.files++
    kept.bytes += size
    await cp(join(small, name), join(corpus, name))
  }
  console.log(`${target}: kept ${kept.files} of ${files.length} inputs, ${kept.bytes} bytes`)
}

export async function run(args) {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string', default: '10' }, target: { type: 'string' }, keep: { type: 'boolean', default: false } } })
  if (values.target !== undefined && !TARGETS.includes(values.target)) throw new Error(`no target is called ${values.target}, choose from ${TARGETS.join(', ')}`)
  const host = /host: (\S+)/.exec(await command('rustc', ['-vV'], { cwd: root }))[1]
  // The versions of the workspace, and what only the targets need.
  await cp(join(root, 'Cargo.lock'), join(home, 'Cargo.lock'))
  // With --target the flags are not for build scripts.
  await command('cargo', ['build', '--release', '--target', host, '--target-dir', build], { cwd: home, env: { RUSTFLAGS: COVERAGE.join(' ') } })
  for (const target of values.target ? [values.target] : TARGETS) {
    const binary = join(build, host, 'release', target)
    const found = join(build, 'found', target)
    await mkdir(found, { recursive: true })
    const { spent, runs, cover, features } = await fuzz(binary, target, found, Number(values.minutes))
    console.log(`${target}: ${(spent / 60).toFixed(1)} CPU-minutes, ${runs} runs, ${cover} edges, ${features} features, no crash`)
    if (values.keep) await keep(binary, target, found)
  }
}
