// What the tests of sinks share: endpoints that take facts.

import { createServer } from 'node:http'
import { readFile, readdir } from 'node:fs/promises'

export * from '../worker/kit.mjs'
export { startPostgres } from '../../tools/lib/postgres.mjs'

/** An endpoint that keeps what it is sent; `judge` answers a status for each body. */
export async function endpoint(judge = () => 204) {
  const taken = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    const body = JSON.parse(text)
    const status = judge(body, request.headers)
    if (status < 300) taken.push(...body.facts)
    response.writeHead(status).end()
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}/facts`, taken, close: () => new Promise(done => server.close(done).closeAllConnections()) }
}

export const sinksOf = async (environment, request) => (await request(`${environment.url}/v1/sinks`, { key: environment.keys.admin })).json.sinks

const LAID_OUT = new URL('../../src/worker/src/sinks/postgres/', import.meta.url)

/** The files that lay PostgreSQL out, in the order of a shell's `*.sql functions/*.sql`. */
export async function layouts() {
  const inside = async folder => (await readdir(new URL(folder, LAID_OUT))).filter(name => name.endsWith('.sql')).sort().map(name => `${folder}${name}`)
  return Promise.all([...(await inside('./')), ...(await inside('functions/'))].map(name => readFile(new URL(name, LAID_OUT), 'utf8')))
}

/** Lays a database out by hand. */
export const layOut = async db => { for (const script of await layouts()) await db.query(script) }
