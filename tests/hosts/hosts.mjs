// The four places where a flag is decided, each the real one: native Rust, Node, workerd and Chromium. A host is
// { name, answer(jobs), close() }; jobs are [{ datafile, program, cases }], and every host answers in the same words.

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { launchChromium } from '../../tools/lib/chromium.mjs'
import { answer } from './answer.mjs'
import { toWire } from './random/index.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const pkg = join(root, 'build', 'pkg')
const require = createRequire(import.meta.url)
const { compile } = require(join(root, 'build', 'tools', 'tools.js'))

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
    return { ...job, program, leftOut, cases: cases.filter(({ flag }) => !leftOut.flags.includes(flag)) }
  })
}

/** What travels to a host: questions in the words of JSON, see `random/wire.mjs`. */
const asked = cases => cases.map(({ flag, context, now, override, sticky }) => ({ flag, context: toWire(context), now, override, sticky }))
const sent = jobs => jobs.map(({ program, cases }) => ({ program, cases: asked(cases) }))

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

async function bundle(entry, dir, conditions) {
  const outfile = join(dir, 'index.js')
  const entryPoints = [join(root, 'tests', 'hosts', entry)]
  const nodePaths = [join(root, 'tests', 'shop', 'node_modules')]
  await build({ entryPoints, outfile, conditions, nodePaths, bundle: true, format: 'esm', external: ['*.wasm'], logLevel: 'error' })
  return outfile
}

/** Serves a Worker of this folder in the real workerd: `{ url, pid, close() }`. */
export async function serveWorkerd(entry) {
  const dir = await mkdtemp(join(tmpdir(), 'isoflag-hosts-'))
  const text = await readFile(await bundle(entry, dir, ['workerd']), 'utf8')
  const imported = /from\s*"([^"]*engine_bg\.wasm)"/.exec(text)?.[1]
  if (!imported) throw new Error('the workerd entry does not import the wasm as a module')
  await writeFile(join(dir, 'index.js'), text.replaceAll(imported, './engine_bg.wasm'))
  await writeFile(join(dir, 'engine_bg.wasm'), await readFile(join(pkg, 'engine_bg.wasm')))
  await writeFile(
    join(dir, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const w :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js"), (name = "engine_bg.wasm", wasm = embed "engine_bg.wasm")],
  compatibilityDate = "2026-10-01",
);`,
  )
  const { default: binary } = require('workerd')
  const child = spawn(binary, ['serve', '--control-fd=3', join(dir, 'config.capnp')], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  const port = await new Promise((done, failed) => {
    let told = ''
    child.stdio[3].on('data', chunk => {
      told += chunk
      const found = /"port":\s*(\d+)/.exec(told)
      if (found) done(Number(found[1]))
    })
    child.on('error', failed)
    child.on('exit', code => failed(new Error(`workerd ended with ${code}`)))
  })
  const close = async () => {
    const ended = new Promise(done => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid, close }
}

async function workerd() {
  const { url, close } = await serveWorkerd('workerd-entry.mjs')
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
  const dir = await mkdtemp(join(tmpdir(), 'isoflag-hosts-'))
  const script = await readFile(await bundle('browser-entry.mjs', dir, ['browser']))
  const wasm = await readFile(join(pkg, 'engine_web_bg.wasm'))
  const pages = {
    '/': ['text/html', '<!doctype html><title>isoflag</title><script type="module" src="/index.js"></script>'],
    '/index.js': ['text/javascript', script],
    '/engine_web_bg.wasm': ['application/wasm', wasm],
  }
  const server = createServer((request, response) => {
    const [type, body] = pages[request.url] ?? ['text/plain', '']
    response.writeHead(pages[request.url] ? 200 : 404, { 'content-type': type }).end(body)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const browser = await launchChromium()
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.waitForFunction(() => 'answerJobs' in globalThis)
  return {
    name: 'chromium',
    answer: async jobs => JSON.parse(await page.evaluate(async text => JSON.stringify(await globalThis.answerJobs(JSON.parse(text))), JSON.stringify(sent(jobs)))),
    close: async () => {
      await browser.close()
      await new Promise(done => server.close(done))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** How to start each host, by its name. */
export const HOSTS = { native, node, workerd, chromium }
