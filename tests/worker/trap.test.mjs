// A trap in the wasm must cost a 503 and no more. Nothing in the worker traps that we know of, so the build is copied and
// its glue given a way to: a request with a header runs the wasm on memory that is not there.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { counts, daysAgo, exposure, oneExperiment, openEnvironment, plan, request, sha256, startWorkerd } from './kit.mjs'

const built = fileURLToPath(new URL('../../build/worker', import.meta.url))
const FETCH = 'export function fetch(req, env, ctx) {\n'
const TRAP = `  if (req.headers.get('x-trap')) {
    __wbg_call_guard()
    try { wasm.registry_fetch(0xfffffff0, req) } catch (error) { __wbg_handle_catch(error) }
  }\n`

test('a trap answers everything in flight at once, and the next request finds all as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-trap-'))
  const worker = join(folder, 'worker')
  await cp(built, worker, { recursive: true })
  const glue = await readFile(join(worker, 'glue.js'), 'utf8')
  assert.ok(glue.includes(FETCH), 'the glue looks other than expected')
  await writeFile(join(worker, 'glue.js'), glue.replace(FETCH, FETCH + TRAP))
  const server = await startWorkerd({ storage: join(folder, 'ledger'), rootKeySha256: sha256('root'), worker })
  try {
    const environment = await openEnvironment({ url: server.url, rootKey: 'root', signs: true })
    const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    await environment.putExperiments(plan())
    await environment.send([exposure(run, 'before', 'control', daysAgo(1))])

    // A request whose body never ends waits in the worker while another one traps.
    let entered
    const waiting = new Promise(done => (entered = done))
    const body = new ReadableStream({
      start: controller => controller.enqueue(new TextEncoder().encode('{"events":[')),
      pull: () => entered(),
    })
    const headers = { authorization: `Bearer ${environment.keys.client}` }
    const inFlight = fetch(`${server.url}/v1/events`, { method: 'POST', body, duplex: 'half', headers })
    await waiting
    // It must have passed the check of its key before the trap comes; two round trips later it has.
    for (let i = 0; i < 2; i++) await environment.list()

    assert.equal((await request(`${server.url}/healthz`, { headers: { 'x-trap': '1' } })).status, 503)
    const broken = await inFlight
    assert.deepEqual([broken.status, ...['retry-after', 'access-control-allow-origin', 'access-control-expose-headers'].map(name => broken.headers.get(name))], [503, '1', '*', 'retry-after'])

    assert.equal((await environment.send([exposure(run, 'after', 'fresh', daysAgo(1))])).accepted, 1)
    assert.deepEqual(counts(await environment.report('checkout')).units, { control: 1, fresh: 1 })
    assert.equal((await request(`${server.url}/healthz`, { headers: { 'x-trap': '1' } })).status, 503)
    assert.equal((await request(`${server.url}/healthz`)).status, 200)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
