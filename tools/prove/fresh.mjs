// A fresh clone with nothing built and an empty npm cache: how long until the three URLs, and until npm test has ended.
//   npm run prove -- fresh [start|test]

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run as command } from '../lib/run.mjs'
import { root } from '../setup.mjs'

export const needs = []

export async function run([only]) {
  const home = await mkdtemp(join(tmpdir(), 'isoflag-fresh-'))
  const clone = join(home, 'isoflag')
  const clean = { ...process.env, npm_config_cache: join(home, 'npm') }
  delete clean.CARGO_TARGET_DIR
  try {
    await command('git', ['clone', '--quiet', root, clone])
    if (only !== 'test') {
      const args = ['start', '--', '--port', '8797', '--shop-port', '3997']
      const { seconds } = await timed('npm', args, { cwd: clone, env: clean, until: /^ {2}worker {2,}http/m, stop: 'SIGINT' })
      console.log(`npm start: three URLs after ${seconds} s`)
    }
    if (only !== 'start') {
      if (only !== 'test') {
        await rm(clone, { recursive: true, force: true })
        await rm(join(home, 'npm'), { recursive: true, force: true })
        await command('git', ['clone', '--quiet', root, clone])
      }
      const { seconds, output, code } = await timed('npm', ['test'], { cwd: clone, env: clean })
      const last = output.trim().split('\n').at(-1)
      console.log(`npm test: ${last}, after ${seconds} s`)
      if (code !== 0 || !/^\d+ passed, 0 failed, \d+ skipped$/.test(last)) throw new Error(`npm test failed in a fresh clone:\n${output.slice(-4000)}`)
    }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Runs to the end, or until a line is seen; then the process is asked to stop as a person would. */
function timed(name, args, { cwd, env, until, stop }) {
  const from = Date.now()
  return new Promise((done, failed) => {
    const child = spawn(name, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let seconds
    const hear = chunk => {
      output += chunk
      if (until?.test(output) && seconds === undefined) {
        seconds = Math.round((Date.now() - from) / 1000)
        process.kill(-child.pid, stop)
      }
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', failed)
    child.on('close', code => {
      if (until && seconds === undefined) return failed(new Error(`${name} ${args.join(' ')} ended early:\n${output.slice(-4000)}`))
      done({ seconds: seconds ?? Math.round((Date.now() - from) / 1000), output, code })
    })
  })
}
