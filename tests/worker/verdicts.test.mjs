// Which exposures are believed: by what the program gives the unit, by what a server signed, by what they say of themselves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, counts, daysAgo, event, exposure, must, oneExperiment, plan, request, signExposure, worker } from './kit.mjs'

const held = worker()
const start = daysAgo(20)

async function study(name, arms = { control: 50, fresh: 50 }) {
  const environment = await held.own.environment(name)
  const { digest: program, experiments: [{ run }] } = await environment.putDatafile(oneExperiment('checkout', arms))
  await environment.putExperiments(plan())
  const shown = (unit, variant, more = {}) => exposure(run, unit, variant, start, { program, ...more })
  const verdicts = async () => {
    const sums = {}
    for (const { verdict, exposures } of (await environment.report('checkout')).verdicts ?? []) sums[verdict] = (sums[verdict] ?? 0) + exposures
    return sums
  }
  return { environment, run, program, shown, verdicts }
}

const sign = ({ environment, key }, exposure) => signExposure(environment, Buffer.from(key, 'hex'), exposure)

test('each unit has one variant in a program; the other one is a mismatch and enrols nobody', async () => {
  const { environment, shown, verdicts } = await study('split')
  const units = Array.from({ length: 300 }, (_, i) => `v-${i}`)
  await environment.send(units.flatMap(unit => [shown(unit, 'control'), shown(unit, 'fresh')]))
  assert.deepEqual(await verdicts(), { consistent: 300, mismatched: 300 })
  const { units: { control, fresh }, mixed } = counts(await environment.report('checkout'))
  assert.deepEqual([control + fresh, mixed], [300, 0])
  assert.ok(control > 110 && fresh > 110, `${control} and ${fresh}`)
  const { verdicts: cells } = await environment.report('checkout')
  assert.deepEqual(cells.find(cell => cell.variant === 'control' && cell.verdict === 'consistent').exposures, control)
})

test('what an exposure says of itself, and who sends it, comes first', async () => {
  const { environment, shown, verdicts } = await study('words')
  const { keys, url } = environment
  const post = (body, key, headers) => must(200, `${url}/v1/events`, { method: 'POST', key, body: { events: body }, headers })
  await post([shown('a', 'control', { program: '0'.repeat(64) }), shown('b', 'fresh', { program: undefined })], keys.client)
  assert.deepEqual(await verdicts(), { unknown_program: 2 })
  await post([shown('c', 'control', { override: true })], keys.client)
  const bot = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }
  await post([shown('d', 'control'), shown('d', 'fresh')], keys.client, bot)
  await post([shown('e', 'control', { source: 'import' }), shown('e', 'fresh', { source: 'import' })], keys.server, bot)
  assert.deepEqual(await verdicts(), { unknown_program: 2, override: 1, bot: 2, imported: 2 })
  assert.deepEqual(counts(await environment.report('checkout')).units, { control: 1, fresh: 1 })
  assert.equal(counts(await environment.report('checkout')).mixed, 1, 'imports are believed: e saw both')
})

test('what a server signed is believed, and a made-up signature is found', async () => {
  const { environment, shown, verdicts } = await study('signed')
  const { keys, url } = environment
  const key = await must(200, `${url}/v1/attestation-key`, { key: keys.server })
  assert.match(key.key, /^[0-9a-f]{64}$/)
  assert.equal(key.environment, 'signed')
  assert.deepEqual(await must(200, `${url}/v1/attestation-key`, { key: keys.server }), key, 'made once')
  const other = await held.own.environment('signed-elsewhere')
  assert.notEqual((await must(200, `${url}/v1/attestation-key`, { key: other.keys.server })).key, key.key)

  // Both variants of each unit: one of them is not its split's, as a sticky variant is not.
  const good = ['a', 'b', 'c'].flatMap(unit => ['control', 'fresh'].map(variant => shown(unit, variant)))
  await environment.send(good.map(one => ({ ...one, attestation: sign(key, one) })))
  assert.deepEqual(await verdicts(), { attested: 6 })
  const forged = ['d', 'e'].map(unit => shown(unit, 'control'))
  await environment.send([
    { ...forged[0], attestation: sign(key, good[0]) }, // another one's
    { ...forged[1], attestation: sign({ ...key, environment: 'production' }, forged[1]) },
  ])
  assert.deepEqual(await verdicts(), { attested: 6, mismatched: 2 })
  for (const attestation of ['', 'x', 'A'.repeat(21), 'A'.repeat(23), '!'.repeat(22), 7]) {
    const { rejected } = await environment.send([{ ...forged[0], attestation }])
    assert.deepEqual(rejected.map(one => one.field), ['events[0].attestation'])
  }
})

test('a signing key is replaced without a gap: the new one is known before it signs, the old one holds for its time', async () => {
  const { environment, shown, verdicts } = await study('replaced')
  const { keys, url } = environment
  const { rootKey } = held.own
  const signing = () => must(200, `${url}/v1/attestation-key`, { key: keys.server })
  const rotate = body => request(`${url}/v1/keys/replaced/attestation`, { method: 'POST', key: rootKey, body })
  const first = await signing()
  const send = (key, unit) => environment.send([{ ...shown(unit, 'control'), attestation: sign(key, shown(unit, 'control')) }, { ...shown(unit, 'fresh'), attestation: sign(key, shown(unit, 'fresh')) }])
  await send(first, 'a')
  assert.deepEqual(await verdicts(), { attested: 2 })

  const before = Date.now()
  const rotated = await rotate({})
  assert.equal(rotated.status, 201)
  assert.deepEqual(Object.keys(rotated.json).sort(), ['previousHoldsUntil', 'signsFrom'], 'the key itself is for servers alone')
  assert.ok(Math.abs(rotated.json.signsFrom - before - 60_000) < 5_000)
  assert.ok(Math.abs(rotated.json.previousHoldsUntil - before - 14 * DAY) < 5_000)
  // Every isolate learns of the new key before a server does.
  assert.deepEqual(await signing(), first)
  await send(first, 'b')
  await held.own.restart()
  await send(first, 'c')
  assert.deepEqual(await verdicts(), { attested: 6 })

  // Stolen: what it signed is as good as unsigned from now on, judged by the split and not thrown out.
  assert.equal((await rotate({ graceDays: 0 })).status, 201)
  await held.own.restart()
  await send(first, 'd')
  assert.deepEqual(await verdicts(), { attested: 6, consistent: 1, mismatched: 1 })
  await environment.send([{ ...shown('e', 'control'), attestation: sign({ ...first, key: '00'.repeat(32) }, shown('e', 'control')) }, { ...shown('e', 'fresh'), attestation: 'A'.repeat(22) }])
  assert.deepEqual(await verdicts(), { attested: 6, consistent: 1, mismatched: 3 }, 'a made-up signature is still one')

  for (const [body, field] of [[{ graceDays: 366 }, 'graceDays'], [{ graceDays: -1 }, undefined], [{ days: 1 }, undefined], ['', undefined]]) {
    const refused = await rotate(body)
    assert.deepEqual([refused.status, refused.json.error.field], [400, field], JSON.stringify(body))
  }
  assert.equal((await request(`${url}/v1/keys/nowhere/attestation`, { method: 'POST', key: rootKey, body: {} })).status, 404)
})

test('the better verdict stays, whichever comes first, and what is kept apart moves no time', async () => {
  const { environment, shown, verdicts } = await study('better')
  const key = await must(200, `${environment.url}/v1/attestation-key`, { key: environment.keys.server })
  const signed = (unit, at) => ({ ...shown(unit, 'control'), attestation: sign(key, shown(unit, 'control')), at })
  const preview = (unit, at) => shown(unit, 'control', { override: true, at })
  await environment.send([preview('first', start - 1000)])
  assert.equal(counts(await environment.report('checkout')).units.control, 0)
  await environment.send([signed('first', start)])
  await environment.send([signed('second', start + 5000)])
  await environment.send([preview('second', start - 5000)])
  await environment.send([signed('third', start + 9), preview('third', start - 9), signed('third', start + 7)])
  assert.deepEqual(await verdicts(), { attested: 3 })
  const report = await environment.report('checkout')
  assert.equal(report.units.total, 3)
  assert.equal(report.firstExposureAt, start)
  await environment.send([event('bought', 'first', start - 500), event('bought', 'second', start + 6000)])
  assert.equal(counts(await environment.report('checkout')).totals.orders.control, 1, 'before it counted is before the experiment')
})

test('a sample ratio that is off names its cause', async () => {
  const { environment, run, shown } = await study('cause')
  const units = Array.from({ length: 400 }, (_, i) => `v-${i}`)
  await environment.send(units.flatMap(unit => [shown(unit, 'control'), shown(unit, 'fresh')]))
  assert.equal((await environment.report('checkout')).srm.alarm, false)
  // A page that shows `fresh` to crawlers alone.
  const bot = { 'user-agent': 'SomeBot/1.0' }
  const lost = Array.from({ length: 300 }, (_, i) => exposure(run, `bot-${i}`, 'fresh', start))
  const kept = Array.from({ length: 300 }, (_, i) => exposure(run, `person-${i}`, 'control', start))
  await environment.send(kept)
  await must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, headers: bot, body: { events: lost } })
  const report = await environment.report('checkout')
  assert.equal(report.srm.alarm, true)
  assert.match(report.verdict.problems.join('\n'), /300 exposures were shown to crawlers, most of them in fresh, and are left out: with them the split is as planned/)
})

test('what browsers lost is counted once, by day, and told', async () => {
  const { environment, run } = await study('lost')
  const send = (sender, dropped, events = []) =>
    must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { sentAt: Date.now(), sender, dropped, events } })
  await send('page-1', { queue_full: 2, not_json: 1 }, [exposure(run, 'v', 'control', Date.now())])
  await send('page-1', { queue_full: 2, not_json: 1 })
  await send('page-1', { queue_full: 5 })
  await send('page-1', { queue_full: 3 }) // an earlier word that comes late
  await send('page-2', { queue_full: 1, expired: 0 })
  assert.deepEqual((await environment.report('checkout')).dropped, { not_json: 1, queue_full: 6 })
  const refused = await request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { dropped: { bot: 1 }, events: [] } })
  assert.deepEqual([refused.status, refused.json.error.field], [400, 'sender'])
})

test('no word of a sender, however big, and no number of senders ends a report', async () => {
  const { environment, run } = await study('liars')
  const say = (sender, dropped) => must(200, `${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body: { sender, dropped, events: [] } })
  await environment.send([exposure(run, 'v', 'control', start)])
  for (const sender of ['a', 'b', 'c', 'd']) await say(sender, { queue_full: Number.MAX_SAFE_INTEGER })
  await say('a', { queue_full: Number.MAX_SAFE_INTEGER })
  assert.deepEqual((await environment.report('checkout')).dropped, { queue_full: 4_000_000 }, 'each is believed a million')
  assert.equal((await environment.list()).length, 1)
  // Reasons made up by the hundred: the honest ones before them keep their names, and nothing is uncounted.
  for (let i = 0; i < 60; i++) await say('a', Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`made-up-${i}-${n}`, 1])))
  const { dropped } = await environment.report('checkout')
  const kinds = Object.keys(dropped).length
  assert.ok(kinds > 16 && kinds <= 32 * 4, `${kinds} reasons in the report`)
  assert.equal(dropped.queue_full, 4_000_000)
  assert.equal(Object.values(dropped).reduce((sum, count) => sum + count, 0), 4_000_000 + 960)
  await say('a', Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`made-up-0-${n}`, 1])))
  assert.deepEqual((await environment.report('checkout')).dropped, dropped, 'said again')
})

test('a variant that is no arm of the run is refused by its field, whatever it says of itself, and makes no line of a report', async () => {
  const { environment, run, shown, verdicts } = await study('strays')
  const made = Array.from({ length: 300 }, (_, i) => [{}, { program: undefined }, { override: true }][i % 3]).map((more, i) => shown(`u-${i}`, `made-up-${i}`, more))
  const { accepted, rejected } = await environment.send([shown('good', 'control', { program: undefined }), { type: 'nonsense' }, ...made])
  assert.equal(accepted, 1)
  assert.deepEqual(rejected.slice(0, 2).map(one => one.field), ['events[1].type', 'events[2].variant'])
  assert.deepEqual([rejected.length, rejected.at(-1).field, rejected.at(-1).code], [301, 'events[301].variant', 'bad_value'])
  const report = await environment.report('checkout')
  assert.deepEqual(report.units.arms.map(arm => arm.variant).sort(), ['control', 'fresh'])
  assert.deepEqual(await verdicts(), { unknown_program: 1 })
  // A server may bring in what it likes, and of a run nobody published nothing is known.
  await environment.send([exposure(run, 'old', 'former', start, { source: 'import' })], environment.keys.server)
  assert.equal((await environment.send([exposure('0'.repeat(8), 'v', 'whatever', start)])).accepted, 1)
  assert.deepEqual(await verdicts(), { unknown_program: 1, imported: 1 })
})

test('a unit counts by what a server signed, whatever else came in for it and in whatever order', async () => {
  const { environment, shown, verdicts } = await study('outweighed')
  const key = await must(200, `${environment.url}/v1/attestation-key`, { key: environment.keys.server })
  const signed = (unit, variant, more) => ({ ...shown(unit, variant, more), attestation: sign(key, shown(unit, variant)) })
  const unsigned = (unit, variant, at = start - 500) => shown(unit, variant, { program: undefined, at })
  await environment.send([signed('before', 'control')])
  await environment.send([unsigned('before', 'fresh')])
  await environment.send([unsigned('after', 'fresh')])
  await environment.send([signed('after', 'control')])
  await environment.send([signed('beside', 'control'), unsigned('beside', 'fresh')])
  await environment.send([unsigned('two', 'control'), unsigned('two', 'fresh')])
  await environment.send([signed('both', 'control'), signed('both', 'fresh')])
  const report = await environment.report('checkout')
  assert.deepEqual(counts(report).units, { control: 3, fresh: 0 })
  assert.equal(report.units.mixed, 2, 'two signed ones are two variants, and so are two unsigned ones')
  assert.equal(report.firstExposureAt, start - 500)
  assert.deepEqual(await verdicts(), { attested: 5, unknown_program: 5 })
})
