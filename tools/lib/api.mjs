// Talks to a running worker as people, servers and pages do. For tests, proofs and the simulated visitors.

import { createHash, createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorkerd } from './workerd.mjs'

export const DAY = 86_400_000

export const sha256 = text => createHash('sha256').update(text).digest('hex')

/** A UUID of version 7 for the time `at`; its random part comes from `random`, or from the system. */
export function uuidv7(at = Date.now(), random = randomBytes(10)) {
  const hex = Math.trunc(at).toString(16).padStart(12, '0') + Buffer.from(random).toString('hex')
  const variant = (8 + (parseInt(hex[16], 16) % 4)).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Signs an exposure as a server does, written once more from the description in `attest.ts`. `key` is bytes. */
export function signExposure(environment, key, { experiment, run, unitType, unit, variant }) {
  const hmac = createHmac('sha256', key)
  for (const part of [environment, experiment, run, unitType, unit, variant]) {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(Buffer.byteLength(part))
    hmac.update(length).update(part)
  }
  return hmac.digest().subarray(0, 16).toString('base64url')
}

/** Answers one request: status, headers, and the body as text and, when it is JSON, as `json`. */
export async function request(url, { method = 'GET', key, body, headers = {} } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const json = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, bytes, text, json }
}

/** As `request`, and throws with what the server said unless the status is the expected one. */
export async function must(status, url, options, given) {
  const answer = given ?? (await request(url, options))
  if (answer.status !== status) throw new Error(`${options?.method ?? 'GET'} ${new URL(url).pathname}: ${answer.status} ${answer.text.slice(0, 500)}`)
  return answer.json
}

/** What is counted from a ledger: a long history takes several requests, each of which gets further. */
async function counted(url, options) {
  for (;;) {
    const answer = await request(url, options)
    if (answer.json?.error?.code !== 'counting') return must(200, url, options, answer)
    await new Promise(done => setTimeout(done, 1000 * Number(answer.headers.get('retry-after'))))
  }
}

/**
 * One environment of a running worker, with a key of each role. With `signs` it is a site that decides by itself who is shown what:
 * `send` signs, as its server would, every exposure that names no program and does not say where else it comes from.
 */
export async function openEnvironment({ url, rootKey, environment = 'production', signs = false }) {
  const make = async role => (await must(201, `${url}/v1/keys`, { method: 'POST', key: rootKey, body: { environment, role } })).key
  const keys = { client: await make('client'), server: await make('server'), admin: await make('admin') }
  const read = what => (experiment, run) => {
    const query = run ? `?run=${run}` : ''
    return counted(`${url}/v1/experiments/${encodeURIComponent(experiment)}/${what}${query}`, { key: keys.server })
  }
  const put = what => document => must(200, `${url}/v1/${what}`, { method: 'PUT', key: keys.admin, body: document })
  const key = signs ? Buffer.from((await must(200, `${url}/v1/attestation-key`, { key: keys.server })).key, 'hex') : null
  const plain = ({ type, program, attestation, override, source }) => type === 'exposure' && !(program ?? attestation ?? override ?? source)
  const sign = fact => (signs && plain(fact) ? { ...fact, attestation: signExposure(environment, key, { ...fact, unit: String(fact.unit) }) } : fact)
  return {
    url,
    environment,
    keys,
    putDatafile: put('datafile'),
    /** Publishes although people who take part in an experiment move. */
    moveTo: put('datafile?confirm=moves'),
    putExperiments: put('experiments'),
    sign,
    send: (events, key = keys.client) => must(200, `${url}/v1/events`, { method: 'POST', key, body: { sentAt: Date.now(), events: events.map(sign) } }),
    list: async () => (await must(200, `${url}/v1/experiments`, { key: keys.server })).experiments,
    report: read('report'),
    cells: read('cells'),
  }
}

/** A worker of one's own in a temporary folder. `restart()` starts it again on the same ledger; `close()` removes all. */
export async function ownWorker({ assets = null, vars = {}, hyperdrive, queue, trusted, experimental, worker, log, signs } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-ledger-'))
  const rootKey = randomBytes(24).toString('hex')
  const start = port => startWorkerd({ port, storage: join(folder, 'ledger'), assets, rootKeySha256: sha256(rootKey), vars, hyperdrive, queue, trusted, experimental, worker, log })
  const own = {
    rootKey,
    folder,
    server: await start(0),
    get url() {
      return own.server.url
    },
    environment: environment => openEnvironment({ url: own.server.url, rootKey, environment, signs }),
    // On the same port, as a service manager would, so that whoever talks to it just goes on.
    restart: async () => {
      const { port } = own.server
      await own.server.stop()
      own.server = await start(port)
    },
    /** The same ledger with other variables; answers its address. */
    again: async variables => {
      const { port } = own.server
      await own.server.stop()
      vars = variables
      own.server = await start(port)
      return own.server.url
    },
    resurrect: async () => {
      own.server = await start(own.server.port)
    },
    close: async () => {
      await own.server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return own
}

/** A datafile of one experiment, arms of equal or given weight. */
export function oneExperiment(key, arms, { control = Object.keys(arms)[0], restart } = {}) {
  const split = { unit: 'visitorId', control, arms: Object.entries(arms).map(([variant, weight]) => ({ variant, weight })), ...(restart ? { restart } : {}) }
  const variants = Object.fromEntries(Object.keys(arms).map(variant => [variant, variant]))
  return { version: 1, attributes: { visitorId: 'string' }, flags: { [key]: { type: 'string', enabled: true, variants, off: control, rules: [{ name: 'experiment', split }] } } }
}

/** Cuts a list into batches. */
export function* batches(list, size) {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size)
}
