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
  assert.equal(first.unchanged, false)
  assert.deepEqual([first.warnings, first.dryRun, first.diff, first.moves], [[], false, null, []])
  const { run, ...rest } = first.experiments[0]
  assert.match(run, /^[0-9a-f]{8}$/)
  assert.deepEqual(rest, { flag: 'checkout', control: 'control', unit: 'visitorId', gate: 10000, arms: [{ variant: 'control', weight: 5000 }, { variant: 'fresh', weight: 5000 }] })

  assert.deepEqual(await environment.putDatafile(a), { ...first, unchanged: true }, 'the same text again is the same version')
  const second = await environment.moveTo(b)
  assert.equal(second.version, 2)
  assert.notEqual(second.experiments[0].run, run, 'other weights open another run')
  const third = await environment.moveTo(a)
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
  const none = { added: [], changed: [], removed: [] }
  assert.deepEqual([early.unchanged, early.changes], [false, { metrics: { ...none, added: Object.keys(plan().metrics).sort() }, experiments: { ...none, added: ['checkout'] } }])
  assert.deepEqual(await environment.putExperiments(plan()), { ...early, unchanged: true, changes: { metrics: none, experiments: none } })
  const other = { ...plan(), experiments: { checkout: { primary: 'bought' }, more: { primary: 'bought' } } }
  const dry = await must(200, `${held.own.url}/v1/experiments?dryRun=true`, { method: 'PUT', key: environment.keys.admin, body: other })
  assert.deepEqual([dry.version, dry.dryRun, dry.changes.experiments], [1, true, { ...none, added: ['more'], changed: ['checkout'] }])
  assert.equal((await environment.putExperiments(plan())).version, 1, 'a dry run publishes nothing')

  const { warnings } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  assert.match(warnings[0].message, /has no guardrails/, 'held against the plans in force')
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
  const gated = (await environment.moveTo(datafile)).experiments[0]
  assert.deepEqual([gated.run, gated.gate], [first.run, 2000])
  const second = (await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }, { restart: 2 }))).experiments[0]
  const [listed] = await environment.list()
  assert.equal(listed.run, second.run)
  assert.deepEqual(listed.runs.map(({ run, closedAt }) => [run, closedAt === null]), [[second.run, true], [first.run, false]])
  assert.equal((await environment.report('checkout')).run, second.run)
  assert.equal((await environment.report('checkout', first.run)).run, first.run)
})

/** Asks to publish, and answers what the worker says of it. */
const put = (environment, body, query = '') =>
  request(`${held.own.url}/v1/datafile${query}`, { method: 'PUT', key: environment.keys.admin, body })

const inForce = async environment => {
  const { json } = await request(`${held.own.url}/v1/datafile`, { key: environment.keys.server })
  const program = await request(`${held.own.url}/v1/program`, { key: environment.keys.client })
  return [json.version, json.digest, program.headers.get('etag'), (await environment.list()).map(({ run }) => run)]
}

test('who would move is told beforehand, and nothing happens', async () => {
  const environment = await held.own.environment('dry')
  const none = await put(environment, oneExperiment('checkout', { control: 50, fresh: 50 }), '?dryRun=true')
  assert.deepEqual([none.status, none.json.version, none.json.dryRun, none.json.diff], [200, null, true, null])
  assert.equal((await request(`${held.own.url}/v1/datafile`, { key: environment.keys.server })).status, 404, 'still none')

  await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
  const before = await inForce(environment)
  const dry = await put(environment, oneExperiment('checkout', { control: 20, fresh: 80 }), '?dryRun=true')
  assert.deepEqual([dry.status, dry.json.version, dry.json.dryRun], [200, 1, true])
  assert.notEqual(dry.json.digest, before[1])
  const [checkout] = dry.json.diff.changed
  assert.equal(checkout.flag, 'checkout')
  const flows = checkout.groups.flatMap(({ flows }) => flows).map(({ from, to, share }) => [from.variant, to.variant, Number(share.toFixed(6))])
  assert.deepEqual(flows, [['control', 'fresh', 0.3]], 'as few as the weights allow')
  assert.deepEqual(checkout.experiment.alarms.map(({ kind }) => kind), ['newRun', 'unitsMove'])
  assert.deepEqual(dry.json.moves.map(({ path }) => path), ['$.flags["checkout"]'])
  assert.deepEqual(await inForce(environment), before)
  // What was announced is what happens.
  assert.equal((await environment.moveTo(oneExperiment('checkout', { control: 20, fresh: 80 }))).digest, dry.json.digest)
  for (const query of ['?dryRun=yes', '?dryRun=', '?confirm=true', '?dryRun=true&confirm=all', '?dryrun=true', '?dry_run=true']) {
    const slip = await put(environment, { version: 1, flags: {} }, query)
    assert.equal(slip.status, 400, query)
    assert.match(slip.json.error.message, /or left out|cannot be asked here, only `dryRun=true` or `confirm=moves`/)
  }
})

test('moving people who take part needs somebody to say that it is meant', async () => {
  const environment = await held.own.environment('moving')
  const start = () => oneExperiment('checkout', { control: 50, fresh: 50 })
  const changed = change => {
    const datafile = start()
    change(datafile.flags.checkout, datafile.flags)
    return datafile
  }
  await environment.putDatafile(start())
  const before = await inForce(environment)
  const harmful = {
    unitsMove: flag => flag.rules[0].split.arms.forEach((arm, i) => (arm.weight = [40, 60][i])),
    unitsDropped: flag => (flag.rules[0].split.gate = 50),
    valuesChanged: flag => (flag.variants.fresh = 'another'),
  }
  for (const [kind, change] of Object.entries(harmful)) {
    const refused = await put(environment, changed(change))
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'needs_confirmation'], kind)
    assert.match(refused.json.error.message, /\?confirm=moves/)
    assert.deepEqual(refused.json.error.problems.map(({ path }) => path), ['$.flags["checkout"]'], kind)
    assert.ok(refused.json.error.diff.changed[0].experiment.alarms.some(alarm => alarm.kind === kind), kind)
    assert.deepEqual(await inForce(environment), before, kind)
  }
  const harmless = [
    changed(flag => (flag.rules[0].split.restart = 7)),
    changed(flag => (flag.enabled = false)),
    changed((_, flags) => delete flags.checkout),
  ]
  for (const datafile of harmless) {
    const { version } = (await put(environment, start())).json
    const answer = await put(environment, datafile)
    assert.deepEqual([answer.status, answer.json.version, answer.json.moves], [200, version + 1, []])
    const { changed: told, removed } = answer.json.diff
    assert.deepEqual([...new Set([...told.map(({ flag }) => flag), ...removed])], ['checkout'], 'and tells it all the same')
    assert.ok(told[0].experiment.alarms.length > 0, 'what becomes of the run too, also of a flag that is gone')
  }
  await environment.putDatafile(start())
  const moved = await put(environment, changed(harmful.unitsDropped), '?confirm=moves')
  assert.deepEqual([moved.status, moved.json.moves.length], [200, 1])
})

test('a datafile with environments is compiled for that of the key', async () => {
  const [one, other] = [await held.own.environment('eu'), await held.own.environment('us')]
  const datafile = { ...oneExperiment('checkout', { control: 50, fresh: 50 }), environments: ['eu', 'apac'] }
  const [{ split }] = datafile.flags.checkout.rules
  datafile.flags.checkout.environments = { eu: { rules: [{ split: { ...split, gate: 20 } }] } }
  assert.equal((await one.putDatafile(datafile)).experiments[0].gate, 2000, 'as it is there')
  const refused = await put(other, datafile)
  assert.equal(refused.status, 400)
  assert.deepEqual(refused.json.error.problems.map(({ path }) => path), ['$.environments'])
  assert.match(refused.json.error.message, /publishes to `us` and the datafile declares `eu`, `apac` only/)
})
