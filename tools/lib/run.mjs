// Runs commands quietly and tells what went wrong when one fails.

import { spawn } from 'node:child_process'

/** Runs a command to its end; its output is kept and shown only on failure. Resolves to what it printed. */
export function run(command, args, { cwd, env, echo = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = chunk => {
      output += chunk
      if (echo) process.stdout.write(chunk)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', error => reject(error.code === 'ENOENT' ? new Error(`${command} is not installed`) : error))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const error = new Error(`${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}`)
      error.output = output
      reject(error)
    })
  })
}

/** Says what went wrong, the end of a failed command's output first, and ends with code 1. */
export function fail(error) {
  if (error.output) process.stderr.write(`${error.output.split('\n').slice(-60).join('\n')}\n`)
  process.stderr.write(`isoflag: ${error.message}\n`)
  process.exit(1)
}
