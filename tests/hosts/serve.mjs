// An entry of the tests bundled and run where it belongs: in the real workerd, or on a page of the real Chromium.

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { launchChromium } from '../../tools/lib/chromium.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const require = createRequire(import.meta.url)

async function bundle(entry, conditions) {
  const nodePaths = [join(root, 'tests', 'shop', 'node_modules')]
  const { outputFiles } = await build({ entryPoints: [join(root, 'tests', entry)], conditions, nodePaths, bundle: true, write: false, format: 'esm', external: ['*.wasm'], logLevel: 'error' })
  return outputFiles[0].text
}

/** Serves a Worker in the real workerd: `{ url, pid, close() }`. `wasm` lists the files it imports, `entry` is a path in tests. */
export async function serveWorkerd({ entry, wasm }) {
  const dir = await mkdtemp(join(tmpdir(), 'isoflag-hosts-'))
  const imported = new Set()
  // Whatever path the bundle imports a wasm by, workerd knows it by its name.
  const text = (await bundle(entry, ['workerd'])).replace(/(from\s*)"([^"]*\.wasm)"/g, (_, from, path) => {
    imported.add(basename(path))
    return `${from}"./${basename(path)}"`
  })
  for (const path of wasm) {
    if (!imported.has(basename(path))) throw new Error(`${entry} does not import ${basename(path)} as a module`)
    await writeFile(join(dir, basename(path)), await readFile(join(root, path)))
  }
  await writeFile(join(dir, 'index.js'), text)
  const modules = wasm.map(path => `(name = "${basename(path)}", wasm = embed "${basename(path)}")`)
  await writeFile(
    join(dir, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const w :Workerd.Worker = (
  modules = [${['(name = "index.js", esModule = embed "index.js")', ...modules].join(', ')}],
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

/** Opens a page in the real Chromium on which the entry has put `globalThis[ready]`: `{ page, close() }`. It fetches each wasm by its name. */
export async function servePage({ entry, wasm, ready }) {
  const pages = {
    '/': ['text/html', '<!doctype html><title>isoflag</title><script type="module" src="/index.js"></script>'],
    '/index.js': ['text/javascript', await bundle(entry, ['browser'])],
  }
  for (const path of wasm) pages[`/${basename(path)}`] = ['application/wasm', await readFile(join(root, path))]
  const server = createServer((request, response) => {
    const [type, body] = pages[request.url] ?? ['text/plain', '']
    response.writeHead(pages[request.url] ? 200 : 404, { 'content-type': type }).end(body)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const browser = await launchChromium()
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.waitForFunction(name => name in globalThis, ready)
  const close = async () => {
    await browser.close()
    await new Promise(done => server.close(done))
  }
  return { page, close }
}
