// The packed package, unpacked where nothing else is: what a user gets, not what the repository has.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { unpack } from '../../tools/build/pkg.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Peers and test tools the project has, as links to the installed ones. */
const LINKS = ['react', 'react-dom', 'next', 'typescript', '@types/react', '@types/react-dom', '@types/node', 'undici-types']

/** Unpacks the package into a fresh project, which is gone after the tests of the file. */
export async function install() {
  const tarball = join(root, 'build/isoflag.tgz')
  if (!existsSync(tarball)) throw new Error('build/isoflag.tgz is missing: run `npm run build:pkg` first')
  const project = await mkdtemp(join(tmpdir(), 'isoflag-pkg-'))
  after(() => rm(project, { recursive: true, force: true }))
  const modules = join(project, 'node_modules')
  await unpack(tarball, join(modules, 'isoflag'))
  for (const name of LINKS) {
    const installed = join(root, 'node_modules', name)
    if (!existsSync(installed)) continue
    await mkdir(join(modules, name, '..'), { recursive: true })
    await symlink(installed, join(modules, name), 'junction')
  }
  const require = createRequire(join(project, 'index.cjs'))
  return {
    project,
    dir: join(modules, 'isoflag'),
    require,
    /** Imports as a module of the project would, by Node's conditions. */
    import: name => import(pathToFileURL(join(project, 'node_modules', resolveEsm(require, name)))),
  }
}

// `import()` resolves against this file; the exports map is followed by hand for the one condition Node's ESM has.
function resolveEsm(require, name) {
  if (!name.startsWith('isoflag')) return require.resolve(name)
  const { exports } = require('isoflag/package.json')
  const found = follow(exports['.' + name.slice('isoflag'.length)], new Set(['node', 'import', 'module-sync', 'default']))
  return join('isoflag', found)
}

/** The target of an export for a set of conditions, as Node and bundlers look it up: the first that matches, inwards. */
export function follow(target, conditions) {
  if (typeof target === 'string') return target
  for (const [condition, inner] of Object.entries(target)) {
    if (!conditions.has(condition)) continue
    const found = follow(inner, conditions)
    if (found !== undefined) return found
  }
  return undefined
}

/** Compiles a datafile with the project's own compiler. */
export function compile(datafile) {
  const require = createRequire(import.meta.url)
  const compiled = require('../../build/tools/tools.js').compile(JSON.stringify(datafile))
  if (!compiled.ok) throw new Error(compiled.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return compiled
}

/** A datafile with one of everything the package has to carry. */
export const datafile = {
  version: 1,
  attributes: { visitorId: 'string', account: 'number', plan: 'string', country: 'string', age: 'number', internal: 'boolean' },
  flags: {
    checkout: {
      type: 'string',
      enabled: true,
      variants: { control: 'control', new: 'new' },
      off: 'control',
      default: 'control',
      rules: [
        { name: 'staff', if: { attribute: 'internal', equals: true }, variant: 'new' },
        {
          name: 'experiment',
          if: { not: { attribute: 'country', in: ['FR', 'Zürich 🏔'] } },
          split: {
            unit: 'visitorId',
            gate: 100,
            control: 'control',
            arms: [
              { variant: 'control', weight: 50 },
              { variant: 'new', weight: 50 },
            ],
          },
        },
      ],
    },
    accounts: {
      type: 'boolean',
      enabled: true,
      variants: { on: true, off: false },
      off: 'off',
      rules: [
        {
          split: {
            unit: 'account',
            gate: 100,
            control: 'off',
            arms: [
              { variant: 'on', weight: 50 },
              { variant: 'off', weight: 50 },
            ],
          },
        },
      ],
    },
    limit: { type: 'number', enabled: true, variants: { low: 10, high: 99.5 }, off: 'low', rules: [{ if: { attribute: 'age', atLeast: 18 }, variant: 'high' }] },
    banner: { type: 'json', enabled: true, variants: { a: { title: 'Hi 👋 é', rows: [1, { deep: null }] }, none: null }, off: 'none', default: 'a' },
    killed: {
      type: 'boolean',
      enabled: false,
      variants: { on: true, off: false },
      off: 'off',
      default: 'on',
      rules: [{ if: { attribute: 'age', atLeast: 18 }, variant: 'on' }],
    },
    'größe-📏': { type: 'string', enabled: true, variants: { wide: 'wide' }, off: 'wide' },
    ['__proto__']: { type: 'boolean', enabled: true, variants: { on: true, off: false }, off: 'off', default: 'on' },
    constructor: { type: 'boolean', enabled: true, variants: { on: true, off: false }, off: 'off', default: 'on' },
  },
}

/** A server on the first free port of this suite; `handle(request, body)` answers `{ status, headers, body }`. */
export async function serve(handle, port = 0) {
  const seen = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { pathname, searchParams } = new URL(request.url, 'http://local')
    const call = { method: request.method, path: pathname, key: searchParams.get('key'), headers: request.headers, body }
    seen.push(call)
    const answer = await handle(call, seen.length - 1)
    // No answer at all: the connection dies, as when a worker is killed.
    if (answer === undefined) return request.socket.destroy()
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body ?? '')
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const close = () =>
    new Promise(resolve => {
      server.closeAllConnections()
      server.close(resolve)
    })
  return { url: `http://127.0.0.1:${server.address().port}`, port: server.address().port, seen, close }
}

/** Waits until `happened()` holds, looking again after each turn of the event loop; no fixed pause. */
export async function until(happened, what = String(happened)) {
  const deadline = performance.now() + 30_000
  while (!happened()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await new Promise(setImmediate)
  }
}
