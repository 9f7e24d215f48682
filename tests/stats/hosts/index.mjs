// The four places where statistics are computed, each the real one. Native code answers text for text; a JavaScript host is
// { name, ask(what, asked), close() }, what being `answer` or `others` of answer.mjs.

import { spawn } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servePage, serveWorkerd } from '../../hosts/serve.mjs'
import { answer, others } from './answer.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../../..')
const require = createRequire(import.meta.url)
const wasm = ['stats', 'report'].map(name => `build/${name}/module/${name}_bg.wasm`)

/** Every reference case. */
export async function vectors() {
  const folder = join(root, 'tests', 'vectors', 'stats')
  const files = (await readdir(folder)).filter(name => name.endsWith('.json')).sort()
  return (await Promise.all(files.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8'))))).flat()
}

/** What native code prints for the cases; `profile` names the build of `answer-stats`. */
export function native(cases, profile = 'debug') {
  const binary = join(root, 'target', profile, process.platform === 'win32' ? 'answer-stats.exe' : 'answer-stats')
  return new Promise((done, failed) => {
    const child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] })
    const chunks = []
    child.on('error', failed)
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.on('close', code => (code === 0 ? done(Buffer.concat(chunks).toString().trimEnd()) : failed(new Error(`${binary} ended with ${code}`))))
    child.stdin.end(JSON.stringify(cases))
  })
}

async function node() {
  const isoflag = { ...require(join(root, 'build', 'stats', 'stats.js')), ...require(join(root, 'build', 'report', 'report.js')) }
  const does = { answer, others }
  return { name: 'node', ask: async (what, asked) => does[what](isoflag, asked), close: async () => {} }
}

async function workerd() {
  const { url, close } = await serveWorkerd({ entry: 'stats/hosts/workerd-entry.mjs', wasm })
  const ask = async (what, asked) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ what, asked }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${text.slice(0, 400)}`)
    return text
  }
  return { name: 'workerd', ask, close }
}

async function chromium() {
  const { page, close } = await servePage({ entry: 'stats/hosts/browser-entry.mjs', wasm, ready: 'statistics' })
  const ask = (what, asked) => page.evaluate(([what, text]) => globalThis.statistics(what, JSON.parse(text)), [what, JSON.stringify(asked)])
  return { name: 'chromium', ask, close }
}

/** How to start each JavaScript host, by its name. */
export const HOSTS = { node, workerd, chromium }
