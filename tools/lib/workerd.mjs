// Runs the worker on a bare workerd: the self-hosted isoflag, for `npm start`, tests and proofs.

import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
const COMPATIBILITY_DATE = '2026-10-01'
const READY_MS = 20_000
const STOP_MS = 5_000

/**
 * Starts workerd on 127.0.0.1 and resolves when it answers.
 *
 * `port` 0 takes a free one. `storage` is the folder of the ledger, `assets` that of the built console, or null.
 * `rootKeySha256` lets the holder of that key make keys; `vars` are further variables of the worker. `hyperdrive`, the address of a
 * PostgreSQL, and `queue`, that of an endpoint, are bound as the platform binds its own: what it then asks of them is the runtime's doing.
 * `trusted` are certificates of authorities, as PEM, that are trusted beside those browsers trust. `experimental` is what the runtime keeps
 * for tests, such as a bound on the size of an object.
 */
export async function startWorkerd({ port = 0, storage, assets = null, rootKeySha256, vars = {}, hyperdrive, queue, trusted = [], experimental = false, worker = join(ROOT, 'build', 'worker'), log = () => {} }) {
  const binary = await findBinary()
  await mkdir(storage, { recursive: true })
  if (assets) await mustExist(join(assets, 'index.html'), 'the console is not built, run `npm run build:console`')
  await mustExist(join(worker, 'index.js'), 'the worker is not built, run `npm run build:worker`')

  const home = await mkdtemp(join(tmpdir(), 'isoflag-workerd-'))
  try {
    const modules = await copyModules(worker, home)
    const bindings = { ...vars, ...(rootKeySha256 ? { ISOFLAG_ROOT_KEY_SHA256: rootKeySha256 } : {}) }
    await writeFile(join(home, 'config.capnp'), config({ modules, port, storage: resolve(storage), assets: assets && resolve(assets), bindings, hyperdrive, queue, trusted, experimental }))
    return await run({ binary, home, port, experimental, log })
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}

async function run({ binary, home, port, experimental, log }) {
  // workerd tells on the control channel which port it listens on; asking the port itself could reach somebody else.
  const child = spawn(binary, ['serve', ...(experimental ? ['--experimental'] : []), '--control-fd=3', join(home, 'config.capnp')], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  let said = ''
  const hear = (chunk) => {
    said = (said + chunk).slice(-8_192)
    log(String(chunk))
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const reaper = child.pid && reap(child.pid, home)
  const ended = new Promise((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(signal ?? `code ${code}`))
  }).then(async (how) => {
    process.off('exit', kill)
    reaper?.kill('SIGKILL')
    await rm(home, { recursive: true, force: true })
    return how
  })

  const listening = new Promise((done) => {
    let line = ''
    child.stdio[3].on('data', (chunk) => {
      line += chunk
      const event = line.split('\n').map(parse).find((one) => one?.event === 'listen' && one.socket === 'http')
      if (event) done(event.port)
    })
    child.stdio[3].on('error', () => {})
  })
  const taken = await Promise.race([listening, ended.then((how) => new Error(why(how, said, port))), late()])
  if (taken instanceof Error) {
    kill()
    await ended
    throw taken
  }
  const url = `http://127.0.0.1:${taken}`
  const health = await fetch(`${url}/healthz`).then((response) => response.json(), () => null)
  if (!health?.ok) {
    kill()
    await ended
    throw new Error(`workerd started but the worker ${health?.error ? `is not well: ${health.error.message}` : `does not answer: ${said.trim().split('\n').at(-1) ?? ''}`}`)
  }

  const end = async (signal) => {
    child.kill(signal)
    const timer = setTimeout(kill, STOP_MS)
    await ended
    clearTimeout(timer)
  }
  return { url, port: taken, pid: child.pid, ended, stop: () => end('SIGTERM'), kill9: () => end('SIGKILL') }
}

/** Ends workerd and tidies up when this process dies without a word: its end of the pipe closes, and the shell reads no further. */
function reap(pid, home) {
  if (process.platform === 'win32') return undefined
  const reaper = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$1"; rm -rf "$2"', 'reap', String(pid), home], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  reaper.on('error', () => {})
  reaper.unref()
  reaper.stdin.unref()
  return reaper
}

function why(how, said, port) {
  if (/address already in use|EADDRINUSE/i.test(said)) return `port ${port} is taken; stop what listens there or choose another port`
  const reason = said.trim().split('\n').find((line) => /error|failed|fatal/i.test(line)) ?? said.trim().split('\n')[0]
  return `workerd ended with ${how}${reason ? `: ${reason}` : ''}`
}

function late() {
  return new Promise((done) => setTimeout(() => done(new Error(`workerd was not ready after ${READY_MS / 1000} s`)), READY_MS).unref())
}

function parse(line) {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

async function findBinary() {
  try {
    return createRequire(join(ROOT, 'package.json'))('workerd').default
  } catch {
    throw new Error('workerd is not installed, run `npm install`')
  }
}

async function mustExist(path, message) {
  await stat(path).catch(() => {
    throw new Error(message)
  })
}

/** workerd embeds modules by paths beside its config, so the few files of the worker are copied there. */
async function copyModules(from, to) {
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  const modules = []
  for (const entry of entries.filter((one) => one.isFile() && /\.(js|wasm)$/.test(one.name))) {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    const name = relative(from, path).replaceAll('\\', '/')
    await mkdir(dirname(join(to, name)), { recursive: true })
    await copyFile(path, join(to, name))
    modules.push(name)
  }
  // The first module is the entry.
  return modules.sort((a, b) => Number(b === 'index.js') - Number(a === 'index.js'))
}

function config({ modules, port, storage, assets, bindings, hyperdrive, queue, trusted, experimental }) {
  const text = JSON.stringify // capnp's string literals are C's, of which JSON's are a part
  const list = (items) => `[\n      ${items.join(',\n      ')}\n    ]`
  const services = [
    '(name = "main", worker = .isoflag)',
    // Where sinks are is the operator's to say, and it may well be on this machine.
    `(name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true, trustedCertificates = [${trusted.map(text).join(', ')}])))`,
    `(name = "ledger", disk = (path = ${text(storage)}, writable = true))`,
    ...(assets ? [`(name = "console", disk = (path = ${text(assets)}))`] : []),
    ...(hyperdrive ? [`(name = "postgres", external = (address = ${text(new URL(hyperdrive).host)}, tcp = ()))`] : []),
    ...(queue ? [`(name = "queue", external = (address = ${text(new URL(queue).host)}, http = ()))`] : []),
  ]
  const bound = [
    '(name = "REGISTRY", durableObjectNamespace = "Registry")',
    '(name = "LIMITER", durableObjectNamespace = "Limiter")',
    '(name = "SHARD", durableObjectNamespace = "Shard")',
    ...(assets ? ['(name = "ASSETS", service = "console")'] : []),
    ...(hyperdrive ? [`(name = "HYPERDRIVE", hyperdrive = ${database(new URL(hyperdrive))})`] : []),
    ...(queue ? ['(name = "FACTS", queue = "queue")'] : []),
    ...Object.entries(bindings).map(([name, value]) => `(name = ${text(name)}, text = ${text(String(value))})`),
  ]
  const embedded = modules.map((name) => `(name = ${text(name)}, ${name.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed ${text(name)})`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = ${list(services)},
  sockets = [ (name = "http", address = "127.0.0.1:${port}", http = (), service = "main") ],
);
const isoflag :Workerd.Worker = (
  modules = ${list(embedded)},
  compatibilityDate = ${text(COMPATIBILITY_DATE)},${experimental ? '\n  compatibilityFlags = ["experimental"],' : ''}
  bindings = ${list(bound)},
  durableObjectNamespaces = ${list(['Registry', 'Shard', 'Limiter'].map((name) => `(className = "${name}", uniqueKey = "isoflag-${name}", enableSql = true)`))},
  durableObjectStorage = (localDisk = "ledger"),
);
`
}

function database({ pathname, username, password }) {
  const fields = Object.entries({ designator: 'postgres', database: pathname.slice(1), user: username, password, scheme: 'postgres' })
  return `(${fields.map(([name, value]) => `${name} = ${JSON.stringify(decodeURIComponent(value))}`).join(', ')})`
}
