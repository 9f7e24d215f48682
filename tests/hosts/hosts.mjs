// The four places where a flag is decided, each the real one: native Rust, Node, workerd and Chromium. A host is
// { name, answer(jobs), close() }; jobs are [{ datafile, program, cases }], and every host answers in the same words.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answer } from './answer.mjs'
import { toWire } from './random/index.mjs'
import { servePage, serveWorkerd } from './serve.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const pkg = join(root, 'build', 'pkg')
const require = createRequire(import.meta.url)
const { compile } = require(join(root, 'build', 'tools', 'tools.js'))

/** What the workerd entry of the package imports. */
export const ENGINE = ['build/pkg/engine_bg.wasm']

/**
 * Compiles the datafile of every job; the bytes are made once and are the same for every JavaScript host. A job that is
 * `lenient` may have flags with problems: they are left out and told, and nobody is asked about them.
 */
export function prepare(jobs) {
  return jobs.map(job => {
    const { datafile, environment, lenient, cases } = job
    const compiled = compile(JSON.stringify(datafile), { environment, lenient })
    if (!compiled.ok) throw new Error(compiled.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
    const { leftOut } = compiled
    const program = Buffer.from(compiled.program).toString('base64')
    const runs = Object.fromEntries(compiled.experiments.map(({ flag, run }) => [flag, run]))
    return { ...job, program, runs, leftOut, cases: cases.filter(({ flag }) => !leftOut.flags.includes(flag)) }
  })
}

/** What travels to a host: questions in the words of JSON, see `random/wire.mjs`. */
const asked = cases => cases.map(({ flag, context, now, override, sticky }) => ({ flag, context: toWire(context), now, override, sticky }))
const sent = jobs => jobs.map(({ program, runs, cases }) => ({ program, runs, cases: asked(cases) }))

async function native() {
  const binary = join(root, 'target', 'debug', process.platform === 'win32' ? 'decide.exe' : 'decide')
  return {
    name: 'native',
    answer: jobs =>
      new Promise((done, failed) => {
        const child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] })
        const chunks = []
        child.on('error', failed)
        child.stdout.on('data', chunk => chunks.push(chunk))
        child.on('close', code => (code === 0 ? done(JSON.parse(Buffer.concat(chunks))) : failed(new Error(`${binary} ended with ${code}`))))
        child.stdin.end(JSON.stringify(jobs.map(({ datafile, environment, lenient, cases }) => ({ datafile, environment, lenient, cases: asked(cases) }))))
      }),
    close: async () => {},
  }
}

async function node() {
  const isoflag = await import(join(pkg, 'dist', 'index.inline.js'))
  return { name: 'node', answer: async jobs => answer(isoflag, JSON.parse(JSON.stringify(sent(jobs)))), close: async () => {} }
}

async function workerd() {
  const { url, close } = await serveWorkerd({ entry: 'hosts/workerd-entry.mjs', wasm: ENGINE })
  return {
    name: 'workerd',
    answer: async jobs => {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(sent(jobs)) })
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${(await response.text()).slice(0, 400)}`)
      return response.json()
    },
    close,
  }
}

async function chromium() {
  const { page, close } = await servePage({ entry: 'hosts/browser-entry.mjs', wasm: ['build/pkg/engine_web_bg.wasm'], ready: 'answerJobs' })
  return {
    name: 'chromium',
    answer: async jobs => JSON.parse(await page.evaluate(async text => JSON.stringify(await globalThis.answerJobs(JSON.parse(text))), JSON.stringify(sent(jobs)))),
    close,
  }
}

/** How to start each host, by its name. */
export const HOSTS = { native, node, workerd, chromium }
