// The built shop, as a person would run it: `next start` on a free port.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
const READY_WITHIN = 30_000

/**
 * Starts the built Next app in `app` and resolves to `{ url, log(), close() }` once it answers. `env` reaches the server
 * only: nothing in the build depends on it.
 */
export async function startShop({ app = join(root, 'tests/shop'), env = {}, port } = {}) {
  if (!existsSync(join(app, '.next/BUILD_ID'))) throw new Error(`${app} is not built: run \`npm run build\` first`)
  const next = createRequire(join(root, 'package.json')).resolve('next/dist/bin/next')
  const listen = port ?? (await freePort())
  const url = `http://127.0.0.1:${listen}`
  const child = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', String(listen)], {
    cwd: app,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env },
    // A group of its own, so that closing takes Next's children along.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let ended = false
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
  const end = new Promise(done => child.once('close', () => done((ended = true))))
  const kill = signal => {
    try {
      process.kill(-child.pid, signal)
    } catch {
      // It ended by itself.
    }
  }
  const last = () => kill('SIGKILL')
  process.once('exit', last)

  async function close() {
    process.off('exit', last)
    kill('SIGTERM')
    const timer = setTimeout(last, 5_000)
    await end
    clearTimeout(timer)
  }

  const deadline = Date.now() + READY_WITHIN
  while (!(await answers(`${url}/icon.svg`))) {
    if (ended || Date.now() > deadline) {
      await close()
      throw new Error(`the shop did not start on ${url}:\n${output}`)
    }
  }
  return { url, log: () => output, close }
}

async function answers(url) {
  const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(res => res.ok, () => false)
  if (!ok) await new Promise(done => setTimeout(done, 50))
  return ok
}

/** A port nobody listens on right now. */
export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}
