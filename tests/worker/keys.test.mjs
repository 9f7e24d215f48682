import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { event, must, oneExperiment, plan, request, worker } from './kit.mjs'

let log = ''
const held = worker({ log: text => (log += text) })

test('the root key makes keys of three roles, and nothing else does', async () => {
  const { url, rootKey } = held.own
  const make = (key, body) => request(`${url}/v1/keys`, { method: 'POST', key, body })
  for (const role of ['client', 'server', 'admin']) {
    const made = await make(rootKey, { environment: 'roles', role })
    assert.equal(made.status, 201)
    assert.match(made.json.key, new RegExp(`^iso_${role}_roles_[0-9A-Za-z]{32}$`))
    assert.equal((await make(made.json.key, { environment: 'roles', role })).status, 401)
  }
  assert.equal((await make(undefined, { environment: 'roles', role: 'admin' })).status, 401)
  assert.equal((await make('wrong', { environment: 'roles', role: 'admin' })).status, 401)
  assert.equal((await request(`${url}/v1/keys?key=${rootKey}`, { method: 'POST', body: { environment: 'roles', role: 'admin' } })).status, 401)
  assert.equal((await make(rootKey, { environment: 'roles', role: 'owner' })).status, 400)
  assert.equal((await make(rootKey, { environment: 'Ro_les', role: 'admin' })).json.error.field, 'environment')
  assert.equal((await make(rootKey, 'nonsense')).status, 400)
})

test('each role may do its part and no more', async () => {
  const environment = await held.own.environment('matrix')
  await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  await environment.putExperiments(plan())
  const routes = [
    // method, path, body, who may
    ['PUT', '/v1/datafile', oneExperiment('checkout', { control: 50, fresh: 50 }), 'admin'],
    ['GET', '/v1/datafile', undefined, 'admin server'],
    ['PUT', '/v1/experiments', plan(), 'admin'],
    ['GET', '/v1/experiments', undefined, 'admin server'],
    ['GET', '/v1/experiments/checkout/report', undefined, 'admin server'],
    ['GET', '/v1/program', undefined, 'admin server client'],
    ['POST', '/v1/events', { events: [event('bought', 'v', Date.now())] }, 'server client'],
  ]
  for (const [method, path, body, may] of routes) {
    for (const role of ['client', 'server', 'admin']) {
      const answer = await request(held.own.url + path, { method, body, key: environment.keys[role] })
      assert.equal(answer.status, may.includes(role) ? 200 : 403, `${role} ${method} ${path}: ${answer.text}`)
      if (answer.status === 403) assert.equal(answer.json.error.code, 'forbidden')
    }
    for (const key of [undefined, 'nonsense', environment.keys.admin.slice(0, -1) + (environment.keys.admin.endsWith('x') ? 'y' : 'x')]) {
      const answer = await request(held.own.url + path, { method, body, key })
      assert.equal(answer.status, 401, `${method} ${path} with ${key ? 'a wrong key' : 'no key'}`)
      assert.equal(answer.json.error.code, 'unauthorized')
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    }
  }
})

test('a client key may stand in the URL, the others may not', async () => {
  const { keys } = await held.own.environment('matrix')
  const program = key => request(`${held.own.url}/v1/program?key=${key}`)
  assert.equal((await program(keys.client)).status, 200)
  assert.equal((await program(keys.server)).status, 401)
  assert.equal((await program(keys.admin)).status, 401)
})

test('environments do not see each other', async () => {
  const one = await held.own.environment('one')
  const two = await held.own.environment('two')
  await one.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  assert.equal((await request(`${held.own.url}/v1/program`, { key: one.keys.client })).status, 200)
  assert.equal((await request(`${held.own.url}/v1/program`, { key: two.keys.client })).status, 404)
  const crossed = one.keys.admin.replace('_one_', '_two_')
  assert.equal((await request(`${held.own.url}/v1/datafile`, { key: crossed })).status, 401)
})

test('asking with a key of an environment nobody made makes no environment', async () => {
  const objects = async () => (await readdir(join(held.own.folder, 'ledger', 'isoflag-Registry'))).filter(file => file.endsWith('.sqlite')).length
  const before = await objects()
  const answer = await request(`${held.own.url}/v1/program`, { key: `iso_admin_nowhere_${'a'.repeat(32)}` })
  assert.equal(answer.status, 401)
  assert.equal(await objects(), before)
})

test('a revoked key is refused', async () => {
  const { url, rootKey } = held.own
  const made = await must(201, `${url}/v1/keys`, { method: 'POST', key: rootKey, body: { environment: 'matrix', role: 'server' } })
  const path = `${url}/v1/keys/matrix/${made.id}`
  assert.equal((await request(path, { method: 'DELETE', key: made.key })).status, 401)
  assert.equal((await request(path, { method: 'DELETE', key: rootKey })).status, 200)
  assert.equal((await request(path, { method: 'DELETE', key: rootKey })).status, 404)
  assert.equal((await request(`${url}/v1/keys/nowhere/${made.id}`, { method: 'DELETE', key: rootKey })).status, 404)
  assert.equal((await request(`${url}/v1/datafile`, { key: made.key })).status, 401)
})

test('no key is found in the ledger or in the log', async () => {
  const { keys } = await held.own.environment('secrets')
  const failing = `${held.own.url}/v1/nothing?key=${keys.client}`
  assert.equal((await request(failing)).status, 404)
  await request(`${held.own.url}/v1/events?key=${keys.client}`, { method: 'POST', body: '{' })
  await held.own.restart()
  const folder = join(held.own.folder, 'ledger')
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  assert.ok(files.length > 5, 'the ledger is on disk')
  for (const secret of [...Object.values(keys), held.own.rootKey].map(key => key.split('_').at(-1))) {
    assert.ok(!log.includes(secret), 'a key stands in the log')
    for (const file of files) {
      const path = join(file.parentPath ?? file.path, file.name)
      assert.ok(!(await readFile(path)).includes(secret), `a key stands in ${path}`)
    }
  }
})
