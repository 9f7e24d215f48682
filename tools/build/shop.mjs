// Builds the example shop with Next: tests/shop/.next.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export function buildShop({ root }) {
  return buildNext({ root, app: join(root, 'tests/shop') })
}

/** `next build` in the folder `app`. Its output is shown only when it fails. */
export function buildNext({ root, app }) {
  const next = createRequire(join(root, 'package.json')).resolve('next/dist/bin/next')
  return new Promise((resolve, reject) => {
    // A group of its own: Next builds in child processes, and one that outlives us would hold the lock of the next build.
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
    const child = spawn(process.execPath, [next, 'build'], { cwd: app, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = () => {
      try {
        process.kill(-child.pid)
      } catch {
        // It ended by itself.
      }
    }
    const interrupted = () => {
      stop()
      process.exit(130)
    }
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
    process.once('exit', stop)
    process.once('SIGINT', interrupted)
    process.once('SIGTERM', interrupted)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('exit', stop)
      process.off('SIGINT', interrupted)
      process.off('SIGTERM', interrupted)
      if (code === 0) return resolve()
      reject(Object.assign(new Error(`next build in ${app} ended with ${signal ?? `code ${code}`}`), { output }))
    })
  })
}
