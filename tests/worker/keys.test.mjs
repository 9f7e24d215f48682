import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { batches, event, must, oneExperiment, ownWorker, plan, request, worker } from './kit.mjs'

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
  const { status, json: { error } } = await make(rootKey, { environment: 'roles', role: 'owner' })
  assert.deepEqual([status, error.field, error.message], [400, 'role', 'a role is `client`, `server` or `admin`'])
  assert.equal((await make(rootKey, { environment: 'Ro_les', role: 'admin' })).json.error.field, 'environment')
  assert.equal((await make(rootKey, 'nonsense')).status, 400)
})

test('each role may do its part and no more', async () => {
  const environment = await held.own.environment('matrix')
  await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  await environment.putExperiments(plan())
  const { url, rootKey } = held.own
  const client = (await must(201, `${url}/v1/keys`, { method: 'POST', key: rootKey, body: { environment: 'matrix', role: 'client' } })).id
  const routes = [
    // method, path, body, who may
    ['PUT', '/v1/datafile', oneExperiment('checkout', { control: 50, fresh: 50 }), 'admin'],
    ['GET', '/v1/datafile', undefined, 'admin server'],
    ['PUT', '/v1/experiments', plan(), 'admin'],
    ['GET', '/v1/experiments', undefined, 'admin server'],
    ['GET', '/v1/experiments/checkout/report', undefined, 'admin server'],
    ['GET', '/v1/experiments/checkout/cells', undefined, 'admin server'],
    ['GET', '/v1/program', undefined, 'admin server client'],
    ['POST', '/v1/events', { events: [event('bought', 'v', Date.now())] }, 'server client'],
    ['POST', '/v1/aliases', { aliases: [] }, 'server client'],
    ['GET', '/v1/sinks', undefined, 'admin'],
    ['POST', '/v1/sinks/replay', undefined, 'admin'],
    ['GET', '/v1/export?kind=events', undefined, 'admin'],
    ['GET', '/v1/reshard', undefined, 'admin'],
    ['POST', '/v1/reshard', { shards: 4 }, 'admin'],
    ['DELETE', '/v1/reshard', undefined, 'admin'],
    ['DELETE', '/v1/reshard/left-behind', undefined, 'admin'],
    ['GET', '/v1/attestation-key', undefined, 'server'],
    ['POST', '/v1/keys', { environment: 'matrix', role: 'client' }, 'root'],
    ['GET', '/v1/keys/matrix', undefined, 'root'],
    ['POST', '/v1/keys/matrix/attestation', {}, 'root'],
    ['PATCH', `/v1/keys/matrix/${client}`, { origins: null }, 'root'],
    ['DELETE', `/v1/keys/matrix/${client}`, undefined, 'root'],
  ]
  // None is left out: the table of routes is read from where it stands.
  const table = await readFile(new URL('../../src/worker/src/routes/mod.rs', import.meta.url), 'utf8')
  const known = [...table.matchAll(/\("([A-Z]+)", \["v1", (.*?)\]\) =>/g)].map(([, method, path]) => `${method} ${path.split(', ').map(part => (part.startsWith('"') ? part.slice(1, -1) : '*')).join('/')}`)
  // Each line of the table was read: none is written in a way that this does not see.
  assert.equal(known.length, table.split('["v1", "').length - 1)
  for (const route of known) {
    const pattern = new RegExp(`^${route.replace(' ', ' /v1/').replaceAll('*', '[^/]+')}$`)
    assert.ok(routes.some(([method, path]) => pattern.test(`${method} ${path.split('?')[0]}`)), `${route} is not in this test`)
  }
  for (const [method, path, body, may] of routes) {
    for (const role of ['client', 'server', 'admin']) {
      const answer = await request(held.own.url + path, { method, body, key: environment.keys[role] })
      // The root key is no role: whoever holds another is as good as a stranger there.
      assert.equal(answer.status, may.includes(role) ? 200 : may === 'root' ? 401 : 403, `${role} ${method} ${path}: ${answer.text}`)
      if (answer.status === 403) assert.equal(answer.json.error.code, 'forbidden')
    }
    for (const key of [undefined, 'nonsense', environment.keys.admin.slice(0, -1) + (environment.keys.admin.endsWith('x') ? 'y' : 'x')]) {
      const answer = await request(held.own.url + path, { method, body, key })
      assert.equal(answer.status, 401, `${method} ${path} with ${key ? 'a wrong key' : 'no key'}`)
      assert.equal(answer.json.error.code, 'unauthorized')
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    }
    if (may === 'root') assert.ok([200, 201].includes((await request(url + path, { method, body, key: rootKey })).status), `root ${method} ${path}`)
  }
})

test('a client key may stand in the URL, the others may not', async () => {
  const { keys } = await held.own.environment('matrix')
  const program = key => request(`${held.own.url}/v1/program?key=${key}`)
  assert.equal((await program(keys.client)).status, 200)
  assert.equal((await program(keys.server)).status, 401)
  assert.equal((await program(keys.admin)).status, 401)
})

test('a site behind a password sends that along, and the key in the address counts', async () => {
  const { keys } = await held.own.environment('password')
  const post = (query, authorization) => request(`${held.own.url}/v1/events${query}`, { method: 'POST', body: { events: [] }, headers: { authorization } })
  assert.equal((await post(`?key=${keys.client}`, `Basic ${btoa('staging:let me in')}`)).status, 200)
  assert.equal((await post('', `Basic ${btoa(`x:${keys.client}`)}`)).status, 401)
  // A key in the header is the one that counts.
  assert.equal((await post(`?key=${keys.client}`, 'Bearer nonsense')).status, 401)
})

test('whoever makes keys up by the thousand has to wait, and those we know have not', async () => {
  const own = await ownWorker()
  try {
    const { keys } = await own.environment('crowd')
    const program = key => request(`${own.url}/v1/events`, { method: 'POST', body: { events: [] }, key })
    assert.equal((await program(keys.client)).status, 200)
    const made = Array.from({ length: 2000 }, (_, i) => `iso_client_crowd_${String(i).padStart(32, 'x')}`)
    const answers = []
    for (const part of batches(made, 100)) answers.push(...(await Promise.all(part.map(program))))
    const turnedAway = answers.filter(({ status }) => status === 429)
    assert.ok(turnedAway.length > 0 && answers.every(({ status }) => status === 401 || status === 429), `${turnedAway.length} of 2000`)
    assert.ok(turnedAway.every(({ headers }) => headers.get('retry-after') === '1'))
    assert.equal((await program(keys.client)).status, 200)
    // The same wrong key again and again is answered from memory: it is told the truth, whatever goes on around it.
    for (let i = 0; i < 300; i++) assert.equal((await program(made[0])).status, 401)
  } finally {
    await own.close()
  }
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

test('a client key with origins serves their pages and no others', async () => {
  const { url, rootKey } = held.own
  const make = body => request(`${url}/v1/keys`, { method: 'POST', key: rootKey, body: { environment: 'origins', ...body } })
  const origins = ['https://shop.example', 'https://*.shop.example']
  const made = await make({ role: 'client', origins })
  assert.deepEqual([made.status, made.json.origins], [201, origins])
  const { key, id } = made.json
  for (const [body, field] of [[{ role: 'server', origins }, 'origins'], [{ role: 'client', origins: [] }, 'origins'], [{ role: 'client', origins: ['*'] }, 'origins'], [{ role: 'client', origins: ['https://shop.example/'] }, 'origins']]) {
    const refused = await make(body)
    assert.deepEqual([refused.status, refused.json.error.field], [400, field], JSON.stringify(body))
  }
  const body = JSON.stringify({ events: [event('bought', 'v', Date.now())] })
  const post = headers => request(`${url}/v1/events?key=${key}`, { method: 'POST', body, headers: { 'content-type': 'text/plain', ...headers } })
  for (const [headers, status] of [
    [{ origin: 'https://shop.example' }, 200],
    [{ origin: 'https://www.shop.example' }, 200],
    [{ referer: 'https://shop.example/cart' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'https://evil.example', referer: 'https://shop.example/' }, 403],
    [{ origin: 'null' }, 403],
    [{}, 403],
  ]) {
    const answer = await post(headers)
    assert.equal(answer.status, status, JSON.stringify(headers))
    if (status === 403) assert.match(answer.json.error.message, /origins/)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*', 'the page can read why')
  }
  // Another key of the environment has no list, and this one's list can be changed.
  const free = (await make({ role: 'client' })).json
  assert.equal((await request(`${url}/v1/events`, { method: 'POST', key: free.key, body, headers: { origin: 'https://evil.example' } })).status, 200)
  const patch = (id, body) => request(`${url}/v1/keys/origins/${id}`, { method: 'PATCH', key: rootKey, body })
  assert.deepEqual((await patch(id, { origins: ['http://localhost:3000'] })).json, { id, role: 'client', origins: ['http://localhost:3000'] })
  assert.equal((await patch(id, {})).status, 400, 'an empty change is not "any"')
  assert.equal((await patch(id, { origins: ['x'] })).json.error.field, 'origins')
  assert.equal((await patch('key_nothing', { origins: null })).status, 404)
  const server = (await make({ role: 'server' })).json
  assert.equal((await patch(server.id, { origins })).json.error.field, 'origins')
  await request(`${url}/v1/keys/origins/${server.id}`, { method: 'DELETE', key: rootKey })
  const { keys } = (await request(`${url}/v1/keys/origins`, { key: rootKey })).json
  assert.deepEqual(new Map(keys.map(({ id, role, origins, revokedAt }) => [id, [role, origins, revokedAt !== null]])), new Map([
    [id, ['client', ['http://localhost:3000'], false]],
    [free.id, ['client', null, false]],
    [server.id, ['server', null, true]],
  ]))
  assert.ok(!JSON.stringify(keys).includes(key.split('_').at(-1)))
  assert.equal((await request(`${url}/v1/keys/nowhere`, { key: rootKey })).status, 404)
  // An isolate goes by what it learnt for half a minute; a new one learns the new list.
  await held.own.restart()
  assert.equal((await post({ origin: 'https://shop.example' })).status, 403)
  assert.equal((await post({ origin: 'http://localhost:3000' })).status, 200)
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
  // Every way to be answered, with a good key in it: no answer says it back.
  const says = []
  for (const key of [...Object.values(keys), held.own.rootKey]) {
    for (const [method, path, body] of [['GET', '/v1/program'], ['GET', '/v1/datafile'], ['PUT', '/v1/datafile', '{'], ['POST', '/v1/events', '{'], ['POST', '/v1/events', { events: [{ key }] }], ['GET', '/v1/keys/secrets'], ['POST', '/v1/keys', { environment: 'secrets', role: key }], ['GET', `/v1/nothing`], ['GET', '/v1/experiments']]) {
      for (const headers of [{ authorization: `Bearer ${key}` }, { authorization: key }, {}]) {
        const sent = headers.authorization ? '' : `?key=${key}`
        const answer = await request(`${held.own.url}${path}${sent}`, { method, body, headers })
        says.push(answer.text, ...[...answer.headers].flat())
      }
    }
  }
  const attestation = await must(200, `${held.own.url}/v1/attestation-key`, { key: keys.server })
  await request(`${held.own.url}/v1/events?key=${keys.client}`, { method: 'POST', body: '{' })
  assert.ok(!log.includes(attestation.key) && !says.some(text => text.includes(attestation.key)), 'what servers sign with is known to servers alone')
  await held.own.restart()
  const folder = join(held.own.folder, 'ledger')
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  assert.ok(files.length > 5, 'the ledger is on disk')
  for (const secret of [...Object.values(keys), held.own.rootKey].map(key => key.split('_').at(-1))) {
    assert.ok(!log.includes(secret), 'a key stands in the log')
    // What a sender wrote into a role or an event may come back to that sender alone, and only where it was no key's place.
    assert.ok(!says.some(text => text.includes(secret)), 'a key stands in an answer')
    for (const file of files) {
      const path = join(file.parentPath ?? file.path, file.name)
      assert.ok(!(await readFile(path)).includes(secret), `a key stands in ${path}`)
    }
  }
})
