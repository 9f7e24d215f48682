// `isoflag publish` and `isoflag diff --url`, against the worker itself.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ownWorker } from '../../tools/lib/api.mjs'
import { datafile, installCli } from './support.mjs'

const { isoflag, put } = await installCli()
const held = {}
before(async () => {
  held.worker = await ownWorker()
  held.production = await held.worker.environment('production')
  const other = structuredClone(datafile)
  other.flags.checkout.rules[1].split.arms.forEach((arm, i) => (arm.weight = [40, 60][i]))
  await put({ 'datafile.json': datafile, 'weights.json': other, 'bad.json': { ...datafile, flags: { x: { type: 'boolean' } } } })
})
after(() => held.worker?.close())

const run = (...args) =>
  isoflag([...args, '--url', held.worker.url], { env: { ISOFLAG_ADMIN_KEY: held.production.keys.admin } })

test('the first datafile moves nobody; the same again is no new version', async () => {
  const dry = await run('publish', '--dry-run')
  assert.deepEqual([dry.code, dry.err], [0, ''])
  assert.match(dry.out, /^nothing was published: a dry run; production has no datafile yet\ndigest [0-9a-f]{64}\n$/)
  assert.match((await run('diff', 'weights.json')).err, /nothing is published there yet/)
  for (let times = 0; times < 2; times++) {
    const { code, out } = await run('publish')
    assert.equal(code, 0)
    assert.match(out, times === 0 ? /^published: version 1 in production\ndigest [0-9a-f]{64}\n$/ : /^unchanged: version 1 is in force in production\ndigest [0-9a-f]{64}\n$/)
  }
})

test('who would move is told, and moved only when that is meant', async () => {
  const moves = /checkout {2}0 % to 10 % of units move\n {2}running experiment, run \w{8} ends, \w{8} begins\n/
  const dry = await run('publish', 'weights.json', '--dry-run')
  assert.equal(dry.code, 1)
  assert.match(dry.out, moves)
  assert.match(dry.out, /nothing was published: people in 1 running experiment would move, which takes --confirm-moves\n/)
  const refused = await run('publish', 'weights.json')
  assert.equal(refused.code, 1)
  assert.match(refused.out, moves)
  assert.match(refused.out, /\nnot published: people in 1 running experiment would move; --confirm-moves if it is meant\n$/)
  const json = JSON.parse((await run('publish', 'weights.json', '--json')).out)
  assert.deepEqual(json.problems.map(({ path }) => path), ['$.flags["checkout"]'])

  const compared = await run('diff', 'weights.json')
  assert.equal(compared.code, 1)
  assert.match(compared.out, moves)

  const published = await run('publish', 'weights.json', '--confirm-moves')
  assert.equal(published.code, 0)
  assert.match(published.out, /published: version 2 in production\n/)
  assert.equal((await run('diff', 'weights.json')).out, 'no difference, 4 flags\n', 'what is in force is what would be published')
})

test('experiments go with the datafile, before it, and not without it', async () => {
  const own = await held.worker.environment('both')
  const send = (...args) => isoflag(['publish', '--url', held.worker.url, ...args], { env: { ISOFLAG_ADMIN_KEY: own.keys.admin } })
  const plans = { version: 1, metrics: { bought: { kind: 'conversion', event: 'bought' } }, experiments: { checkout: { primary: 'bought', guardrails: [] } } }
  const more = { ...plans, metrics: { ...plans.metrics, late: { kind: 'count', event: 'late' } }, experiments: { checkout: { primary: 'bought', guardrails: ['late'] } } }
  await put({ 'plans.json': plans, 'more.json': more, 'slip.json': { ...plans, metrics: { bought: { kind: 'coutn', event: 'b' } } } })

  const slip = await send('-x', 'slip.json')
  assert.deepEqual([slip.code, slip.out], [2, ''])
  assert.match(slip.err, /^slip\.json:\d+:\d+ error \$\.metrics\["bought"\]\.kind\n[\s\S]*isoflag publish: `slip\.json` has 1 problem\n/)
  const bad = await send('bad.json', '-x', 'plans.json')
  assert.equal(bad.code, 2)
  const dry = await send('-x', 'plans.json', '--dry-run')
  assert.match(dry.out, /^experiments would be published\n {2}experiments added: checkout\n {2}metrics added: bought\nnothing was published: a dry run; both has no datafile yet\n/)

  const first = await send('-x', 'plans.json')
  assert.equal(first.code, 0)
  assert.match(first.out, /^published: experiments, version 1 in both\n {2}experiments added: checkout\n {2}metrics added: bought\npublished: version 1 in both\n/)
  assert.match(first.err, /^datafile\.json:\d+:\d+ warning .*\n {2}the experiment has no guardrails: [^\n]*\n$/, 'held against the plans that came with it')
  const again = await send('-x', 'plans.json')
  assert.match(again.out, /^unchanged: experiments, version 1 is in force in both\nunchanged: version 1 is in force in both\n/)

  const refused = await send('weights.json', '-x', 'more.json')
  assert.equal(refused.code, 1)
  assert.match(refused.out, /not published: people in 1 running experiment would move/)
  const { datafile: answer, experiments } = JSON.parse((await send('-x', 'more.json', '--json')).out)
  assert.deepEqual([answer.version, answer.unchanged, experiments.version, experiments.changes.experiments.changed], [1, true, 2, ['checkout']], 'what was refused changed nothing')

  await put({ 'flags/datafile.json': datafile, 'flags/experiments.json': plans })
  assert.match((await send('flags/datafile.json')).err, /^note: `flags\/experiments\.json` is not sent: --experiments flags\/experiments\.json publishes it too\n/)
})

test('mistakes are taught, and end with code 2', async () => {
  const bad = await run('publish', 'bad.json')
  assert.equal(bad.code, 2)
  assert.match(bad.err, /^bad\.json:\d+:\d+ error \$\.flags\["x"\]\n[\s\S]*isoflag publish: `bad\.json` has 1 problem\n/)
  const said = async (args, env = {}) => isoflag(['publish', ...args], { env }).then(({ code, err }) => `${code} ${err}`)
  const ISOFLAG_ADMIN_KEY = `iso_admin_production_${'a'.repeat(32)}`
  assert.match(await said([]), /^2 .*no worker is named/)
  assert.match(await said(['--url', held.worker.url]), /^2 .*ISOFLAG_ADMIN_KEY is not set/)
  assert.match(await said(['--url', held.worker.url], { ISOFLAG_ADMIN_KEY: held.production.keys.server }), /^2 .*is no admin key/)
  assert.match(await said(['--url', held.worker.url], { ISOFLAG_ADMIN_KEY }), /^2 .*answered 401: this key is unknown/)
  assert.match(await said(['--url', 'flags'], { ISOFLAG_ADMIN_KEY }), /^2 .*`flags` is no URL/)
  assert.match(await said(['--url', 'http://flags.example.com'], { ISOFLAG_ADMIN_KEY }), /^2 .*in the clear/)
  assert.match(await said(['--url', 'http://127.0.0.1:1'], { ISOFLAG_ADMIN_KEY }), /^2 .*cannot reach http:\/\/127\.0\.0\.1:1: /)
  for (const key of [held.production.keys.server, ISOFLAG_ADMIN_KEY]) assert.ok(!(await said(['--url', held.worker.url], { ISOFLAG_ADMIN_KEY: key })).includes(key))
})
