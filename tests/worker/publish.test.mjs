import assert from 'node:assert/strict'
import { test } from 'node:test'
import { must, oneExperiment, plan, request, worker } from './kit.mjs'

const held = worker()

test('a datafile is published, kept in versions, and served as a program', async () => {
  const environment = await held.own.environment('versions')
  const { url } = held.own
  const [a, b] = [oneExperiment('checkout', { control: 50, fresh: 50 }), oneExperiment('checkout', { control: 20, fresh: 80 })]
  const first = await environment.putDatafile(a)
  assert.equal(first.version, 1)
  assert.match(first.digest, /^[0-9a-f]{64}$/)
  assert.deepEqual(first.warnings, [])
  const { run, ...rest } = first.experiments[0]
  assert.match(run, /^[0-9a-f]{8}$/)
  assert.deepEqual(rest, { flag: 'checkout', control: 'control', unit: 'visitorId', gate: 10000, arms: [{ variant: 'control', weight: 5000 }, { variant: 'fresh', weight: 5000 }] })

  assert.deepEqual(await environment.putDatafile(a), first, 'the same text again is the same version')
  const second = await environment.putDatafile(b)
  assert.equal(second.version, 2)
  assert.notEqual(second.experiments[0].run, run, 'other weights open another run')
  const third = await environment.putDatafile(a)
  assert.deepEqual([third.version, third.digest, third.experiments[0].run], [3, first.digest, run])
  assert.match(third.warnings[0].message, /was closed before/)

  const text = `{ "version": 1,   "flags": {} }`
  await must(200, `${url}/v1/datafile`, { method: 'PUT', key: environment.keys.admin, body: text })
  const kept = await request(`${url}/v1/datafile`, { key: environment.keys.server })
  assert.ok(kept.text.includes(`"datafile":${text}`), 'as it was written, to the letter')
  assert.equal(kept.json.version, 4)
})

test('a bad datafile is refused with paths, and the one in force stays', async () => {
  const environment = await held.own.environment('bad')
  const good = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const bad = oneExperiment('checkout', { control: 50, fresh: 50 })
  bad.flags.checkout.off = 'gone'
  bad.flags.checkout.rules[0].split.arms[1].variant = 'missing'
  const answer = await request(`${held.own.url}/v1/datafile`, { method: 'PUT', key: environment.keys.admin, body: bad })
  assert.equal(answer.status, 400)
  assert.equal(answer.json.error.code, 'bad_request')
  assert.ok(answer.json.error.problems.length >= 2)
  for (const problem of answer.json.error.problems) assert.match(problem.path, /^\$\.flags\["checkout"\]/)
  for (const body of ['', '{', '[]', 'null', '{"version":1,"flags":{},"flags":{}}']) {
    assert.equal((await request(`${held.own.url}/v1/datafile`, { method: 'PUT', key: environment.keys.admin, body })).status, 400, body)
  }
  const program = await request(`${held.own.url}/v1/program`, { key: environment.keys.client })
  assert.equal(program.headers.get('etag'), `"${good.digest}"`)
})

test('the program is sent once and then only confirmed', async () => {
  const environment = await held.own.environment('etag')
  const get = (headers = {}) => request(`${held.own.url}/v1/program`, { key: environment.keys.client, headers })
  const none = await get()
  assert.deepEqual([none.status, none.json.error.code], [404, 'not_found'])

  const first = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const program = await get()
  assert.equal(program.status, 200)
  assert.equal(program.headers.get('content-type'), 'application/octet-stream')
  assert.equal(program.headers.get('etag'), `"${first.digest}"`)
  assert.match(program.headers.get('cache-control'), /^private, max-age=5/)
  assert.equal(new TextDecoder().decode(program.bytes.slice(0, 4)), 'isof')

  for (const known of [`"${first.digest}"`, `W/"${first.digest}"`, `"other", "${first.digest}"`]) {
    const same = await get({ 'if-none-match': known })
    assert.deepEqual([same.status, same.bytes.length], [304, 0], known)
  }
  const second = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }, { restart: 1 }))
  const changed = await get({ 'if-none-match': `"${first.digest}"` })
  assert.deepEqual([changed.status, changed.headers.get('etag')], [200, `"${second.digest}"`], 'the next request sees what was published')
})

test('experiments.json is checked, kept in versions, and warned about', async () => {
  const environment = await held.own.environment('plans')
  const early = await environment.putExperiments(plan())
  assert.equal(early.version, 1)
  assert.deepEqual(early.warnings.map(warning => warning.path), ['$.experiments["checkout"]'])
  assert.deepEqual((await must(200, `${held.own.url}/v1/experiments`, { key: environment.keys.server })).planned, ['checkout'])
  assert.deepEqual(await environment.putExperiments(plan()), early)

  await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const later = await environment.putExperiments({ ...plan(), experiments: { checkout: { primary: 'bought' } } })
  assert.deepEqual([later.version, later.warnings], [2, []])

  const bad = { ...plan(), experiments: { checkout: { primary: 'nothing' } } }
  const answer = await request(`${held.own.url}/v1/experiments`, { method: 'PUT', key: environment.keys.admin, body: bad })
  assert.equal(answer.status, 400)
  assert.match(answer.json.error.problems[0].path, /^\$\.experiments/)
})

test('a list and a report before anything happened', async () => {
  const environment = await held.own.environment('quiet')
  assert.deepEqual(await environment.list(), [])
  const { experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const [listed] = await environment.list()
  assert.deepEqual([listed.experiment, listed.run, listed.state, listed.units, listed.runs.length], ['checkout', run, 'no-data', 0, 1])
  assert.equal((await environment.report('checkout')).verdict.state, 'no-data')
  for (const path of ['nothing/report', 'checkout/report?run=00000000', 'checkout', 'checkout/report/x']) {
    assert.equal((await request(`${held.own.url}/v1/experiments/${path}`, { key: environment.keys.server })).status, 404, path)
  }
})

test('a gate may change within a run; the report of an older run can be asked for', async () => {
  const environment = await held.own.environment('runs')
  const datafile = oneExperiment('checkout', { control: 50, fresh: 50 })
  const first = (await environment.putDatafile(datafile)).experiments[0]
  datafile.flags.checkout.rules[0].split.gate = 20
  const gated = (await environment.putDatafile(datafile)).experiments[0]
  assert.deepEqual([gated.run, gated.gate], [first.run, 2000])
  const second = (await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }, { restart: 2 }))).experiments[0]
  const [listed] = await environment.list()
  assert.equal(listed.run, second.run)
  assert.deepEqual(listed.runs.map(({ run, closedAt }) => [run, closedAt === null]), [[second.run, true], [first.run, false]])
  assert.equal((await environment.report('checkout')).run, second.run)
  assert.equal((await environment.report('checkout', first.run)).run, first.run)
})
