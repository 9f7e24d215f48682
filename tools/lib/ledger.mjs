// A local isoflag, ready to use: its worker on bare workerd, its keys made, its flags and experiments published.

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startWorkerd } from './workerd.mjs'

export const ENVIRONMENT = 'production'
const ROLES = ['client', 'server', 'admin']
/** Only its owner may read a file with a key in it. */
const PRIVATE = { mode: 0o600 }

/**
 * Starts the worker on the ledger in `home` and makes what is missing there: the root key, and one key of each role.
 * Resolves to startWorkerd's handle with `keys`.
 */
export async function startLedger({ home, port, assets, log }) {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const root = await keep(join(home, 'root.key'), async () => randomBytes(32).toString('base64url'))
  const rootKeySha256 = createHash('sha256').update(root).digest('hex')
  const server = await startWorkerd({ port, assets, rootKeySha256, storage: join(home, 'ledger'), log })
  try {
    return { ...server, keys: await keysOf(server.url, root, join(home, 'keys.json')) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function keep(path, make) {
  const there = await readFile(path, 'utf8').catch(() => null)
  if (there !== null) return there.trim()
  const made = await make()
  await writeFile(path, `${made}\n`, PRIVATE)
  return made
}

/** The keys kept from last time, or new ones where the ledger knows those no longer, as when its folder was removed. */
async function keysOf(url, root, path) {
  const make = async () => JSON.stringify(await mintAll(url, root), null, 2)
  const keys = JSON.parse(await keep(path, make))
  const { status } = await fetch(`${url}/v1/datafile`, { headers: { authorization: `Bearer ${keys.admin}` } })
  if (status !== 401) return keys
  await rm(path)
  return JSON.parse(await keep(path, make))
}

async function mintAll(url, root) {
  const keys = {}
  for (const role of ROLES) {
    const answer = await call(url, '/v1/keys', { method: 'POST', key: root, body: JSON.stringify({ environment: ENVIRONMENT, role }) })
    keys[role] = answer.key
  }
  return keys
}

/** Calls the worker and gives back its JSON; an answer that is no success becomes an error with its message and problems. */
export async function call(url, path, { method = 'GET', key, body } = {}) {
  const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
  const response = await fetch(`${url}${path}`, { method, headers, body })
  const text = await response.text()
  if (response.ok) return JSON.parse(text)
  let error = { message: text.slice(0, 200), problems: undefined }
  try {
    error = JSON.parse(text).error
  } catch {
    // Not the worker's own words: shown as they are.
  }
  const problems = (error.problems ?? []).map(({ path: at, message }) => `\n  ${at}: ${message}`).join('')
  throw new Error(`${method} ${path} was answered ${response.status}: ${error.message}${problems}`)
}

/** Publishes datafile.json and experiments.json of a folder. */
export async function publish({ url, keys }, folder) {
  const put = async (path, file) => call(url, path, { method: 'PUT', key: keys.admin, body: await readFile(join(folder, file), 'utf8') })
  // Whoever edits the example moves nobody but themselves.
  const datafile = await put('/v1/datafile?confirm=moves', 'datafile.json')
  await put('/v1/experiments', 'experiments.json')
  return datafile
}
