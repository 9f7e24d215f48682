// Brings a fresh clone to where it can build: what can be installed is installed, what cannot is named in one line.

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './lib/run.mjs'

export const root = resolve(fileURLToPath(import.meta.url), '../..')
const WASM = 'wasm32-unknown-unknown'
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** Checks Node and Rust, adds the wasm target, and installs the npm packages of the lock file when they are not there. */
export async function setup({ log = console.log } = {}) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old, install Node 20.19 or newer from https://nodejs.org`)
  }
  await run('cargo', ['--version'], { cwd: root }).catch(() => {
    throw new Error('Rust is not installed, get it from https://rustup.rs and open a new terminal')
  })
  await wasmTarget(log)
  await packages(log)
}

async function wasmTarget(log) {
  const sysroot = (await run('rustc', ['--print', 'sysroot'], { cwd: root })).trim()
  const there = await readFile(join(sysroot, 'lib', 'rustlib', `manifest-rust-std-${WASM}`)).catch(() => null)
  if (there) return
  log(`adding the Rust target ${WASM} …`)
  await run('rustup', ['target', 'add', WASM], { cwd: root }).catch(error => {
    throw Object.assign(new Error(`the Rust target ${WASM} is missing, run: rustup target add ${WASM}`), { output: error.output })
  })
}

/** `npm ci`, unless the packages of this very lock file were installed before. */
async function packages(log) {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json'))).digest('hex')
  const stamp = join(root, 'node_modules', '.isoflag-lock')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return
  log('installing npm packages …')
  const from = Date.now()
  await run(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root })
  await writeFile(stamp, hash)
  log(`installed npm packages in ${((Date.now() - from) / 1000).toFixed(0)} s`)
}
