// Which exposures are believed: by what the program gives the unit, by what a server signed, by what they say of themselves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenBy } from './reference.mjs'
import { DAY, batches, counts, daysAgo, event, exposure, must, oneExperiment, plan, request, signExposure, worker } from './kit.mjs'

const held = worker()
const start = daysAgo(20)

const ARMS = { control: 50, fresh: 50 }
const given = givenBy('checkout', ARMS)
const other = unit => (given(unit) === 'control' ? 'fresh' : 'control')

/** Somebody to whom the split gives this variant. */
function someone(variant, name) {
  for (let i = 0; ; i++) if (given(`${name}-${i}`) === variant) return `${name}-${i}`
}

async function study(name, arms = ARMS) {
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
  const [a, b] = [someone('control', 'a'), someone('fresh', 'b')]
  await post([shown(a, 'control', { program: '0'.repeat(64) }), shown(b, 'fresh', { program: undefined })], keys.client)
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
  const kept = Array.from({ length: 300 }, (_, i) => exposure(run, someone('control', `person-${i}`), 'control', start))
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
  const { accepted, rejected } = await environment.send([shown('good', given('good'), { program: undefined }), { type: 'nonsense' }, ...made])
  assert.equal(accepted, 1)
  assert.deepEqual(rejected.slice(0, 2).map(one => one.field), ['events[1].type', 'events[2].variant'])
  assert.deepEqual([rejected.length, rejected.at(-1).field, rejected.at(-1).code], [301, 'events[301].variant', 'bad_value'])
  const report = await environment.report('checkout')
  assert.deepEqual(report.units.arms.map(arm => arm.variant).sort(), ['control', 'fresh'])
  assert.deepEqual(await verdicts(), { unknown_program: 1 })
  // A server may bring in what it likes, and of a run nobody published nothing is known yet.
  await environment.send([exposure(run, 'old', 'former', start, { source: 'import' })], environment.keys.server)
  assert.equal((await environment.send([exposure('0'.repeat(8), 'v', 'whatever', start)])).accepted, 1)
  assert.deepEqual(await verdicts(), { unknown_program: 1, imported: 1 })
})

test('a unit counts by what a server signed, whatever else came in for it and in whatever order', async () => {
  const { environment, shown, verdicts } = await study('outweighed')
  const key = await must(200, `${environment.url}/v1/attestation-key`, { key: environment.keys.server })
  const signed = (unit, variant, more) => ({ ...shown(unit, variant, more), attestation: sign(key, shown(unit, variant)) })
  const unsigned = (unit, more) => shown(unit, 'fresh', { program: undefined, at: start - 500, ...more })
  // What the server signed is sticky: the split would give them the other one.
  const [before, after, beside] = ['before', 'after', 'beside'].map(name => someone('fresh', name))
  await environment.send([signed(before, 'control')])
  await environment.send([unsigned(before)])
  await environment.send([unsigned(after)])
  await environment.send([signed(after, 'control')])
  await environment.send([signed(beside, 'control'), unsigned(beside)])
  await environment.send([unsigned('two', { source: 'import' }), shown('two', 'control', { source: 'import' })], environment.keys.server)
  await environment.send([signed('both', 'control'), signed('both', 'fresh')])
  const report = await environment.report('checkout')
  assert.deepEqual(counts(report).units, { control: 3, fresh: 0 })
  assert.equal(report.units.mixed, 2, 'two signed ones are two variants, and so are two that were brought in')
  assert.equal(report.firstExposureAt, start - 500)
  assert.deepEqual(await verdicts(), { attested: 5, imported: 2, unknown_program: 3 })
})

test('nobody is put into another arm by an exposure that names no program', async () => {
  const { environment, run, shown, verdicts } = await study('moved')
  const key = await must(200, `${environment.url}/v1/attestation-key`, { key: environment.keys.server })
  const units = Array.from({ length: 100 }, (_, i) => `v-${i}`)
  const kinds = [
    unit => ({ ...shown(unit, given(unit)), attestation: sign(key, shown(unit, given(unit))) }),
    unit => shown(unit, given(unit)),
    unit => shown(unit, given(unit), { program: undefined }),
    () => null,
  ]
  await environment.send(units.flatMap((unit, i) => kinds[i % 4](unit) ?? []))
  const before = counts(await environment.report('checkout'))
  assert.deepEqual([before.units.control + before.units.fresh, before.mixed], [75, 0])
  // Whoever has the key of the page says otherwise of each of them, in every way there is.
  const ways = [{ program: undefined }, { program: '0'.repeat(64) }, {}, { attestation: 'A'.repeat(22) }, { unitType: 'userId', program: undefined }]
  await environment.send(units.flatMap(unit => ways.map(more => shown(unit, other(unit), { at: start - 1000, ...more }))))
  const report = await environment.report('checkout')
  assert.deepEqual(counts(report), before)
  assert.equal(report.firstExposureAt, start)
  assert.deepEqual(await verdicts(), { attested: 25, consistent: 25, unknown_program: 25, mismatched: 200 })
  assert.equal((await environment.list()).find(one => one.run === run).units, 75)
})

test('who takes part may change while a run goes on; who gets which arm may not', async () => {
  const { environment, run, shown, verdicts } = await study('gated')
  const gated = oneExperiment('checkout', ARMS)
  gated.flags.checkout.rules[0].split.gate = 10
  const { digest, experiments: [{ run: same }] } = await environment.moveTo(gated)
  assert.equal(same, run)
  const units = Array.from({ length: 200 }, (_, i) => `v-${i}`)
  // Some page has kept a program that is none of ours, with a gate of its own.
  await environment.send(units.map(unit => shown(unit, given(unit), { program: undefined })))
  assert.deepEqual(await verdicts(), { unknown_program: 200 })
  await environment.send(units.map(unit => exposure(run, `g-${unit}`, given(`g-${unit}`), start, { program: digest })))
  const { consistent, mismatched } = await verdicts()
  assert.ok(consistent > 5 && mismatched > 150 && consistent + mismatched === 200, `${consistent} and ${mismatched}`)
})

/** What becomes of an exposure: its verdict, or the field it is refused by. */
async function judged(environment, exposures, key) {
  const { rejected } = await environment.send(exposures, key)
  const { text } = await request(`${environment.url}/v1/export?kind=exposures`, { key: environment.keys.admin })
  const known = new Map(text.split('\n').filter(Boolean).map(line => JSON.parse(line)).map(one => [one.unit, one.verdict]))
  const refused = new Map(rejected.map(({ index, field }) => [index, field.split('.').at(-1)]))
  return exposures.map(({ unit }, index) => refused.get(index) ?? known.get(unit))
}

test('every combination of signature, program, run, variant and key', async () => {
  const { environment, run, program } = await study('table')
  const { keys } = environment
  const key = await must(200, `${environment.url}/v1/attestation-key`, { key: keys.server })
  const programs = { none: undefined, unknown: '0'.repeat(64), known: program }
  const attest = { none: () => undefined, good: one => sign(key, one), bad: () => 'A'.repeat(22) }
  const variants = { agrees: given, disagrees: other, 'no arm': () => 'made-up' }
  // By signature and program; then, for a run that is known, what becomes of the unit's arm, of the other, and of what is no arm; and
  // what becomes of any variant of a run nobody published.
  const table = {
    'good none': ['attested', 'attested', 'attested', 'attested'],
    'good unknown': ['attested', 'attested', 'attested', 'attested'],
    'good known': ['attested', 'attested', 'attested', 'attested'],
    'none none': ['unknown_program', 'mismatched', 'variant', 'unknown_run'],
    'none unknown': ['unknown_program', 'mismatched', 'variant', 'unknown_run'],
    'none known': ['consistent', 'mismatched', 'variant', 'run'],
    'bad none': ['mismatched', 'mismatched', 'variant', 'run'],
    'bad unknown': ['mismatched', 'mismatched', 'variant', 'run'],
    'bad known': ['mismatched', 'mismatched', 'variant', 'run'],
  }
  const first = { client: undefined, server: undefined, preview: { override: true }, crawler: undefined, import: { source: 'import' } }
  for (const [sender, says] of Object.entries(first)) {
    const cases = []
    for (const [kind, expected] of Object.entries(table)) {
      const [attestation, of] = kind.split(' ')
      for (const known of [true, false]) {
        for (const [index, [variant, pick]] of Object.entries(variants).entries()) {
          const unit = `${sender} ${kind} ${known} ${variant}`
          const one = exposure(known ? run : '0'.repeat(8), unit, pick(unit), start, { program: programs[of], ...says })
          const otherwise = { preview: 'override', crawler: 'bot', import: 'imported' }[sender]
          const apart = known ? (variant === 'no arm' ? 'variant' : otherwise) : 'run'
          const plain = expected[known ? index : 3]
          cases.push([{ ...one, attestation: attest[attestation](one) }, otherwise === undefined ? plain : sender === 'import' ? 'imported' : apart])
        }
      }
    }
    const exposures = cases.map(([one]) => one)
    const found =
      sender === 'crawler'
        ? await judged({ ...environment, send: events => must(200, `${environment.url}/v1/events`, { method: 'POST', key: keys.client, headers: { 'user-agent': 'SomeBot/1.0' }, body: { events } }) }, exposures)
        : await judged(environment, exposures, sender === 'client' || sender === 'preview' ? keys.client : keys.server)
    assert.deepEqual(Object.fromEntries(exposures.map(({ unit }, i) => [unit, found[i]])), Object.fromEntries(cases.map(([{ unit }, verdict]) => [unit, verdict])))
  }
})

/** An environment whose app has its program already, and nobody published it: the run is known from elsewhere. */
async function early(name) {
  const elsewhere = await held.own.environment(`${name}-elsewhere`)
  const environment = await held.own.environment(name)
  const { digest: program, experiments: [{ run }] } = await elsewhere.putDatafile(oneExperiment('checkout', ARMS))
  const publish = async () => {
    assert.equal((await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0].run, run)
    await environment.putExperiments(plan())
  }
  const verdicts = async () => (await environment.report('checkout')).verdicts
  return { environment, run, program, publish, verdicts }
}

test('what came before its run was published is judged when it is: lost is nothing, and counted is no other arm', async () => {
  const { environment, run, program, publish } = await early('early')
  const units = Array.from({ length: 200 }, (_, i) => `v-${i}`)
  const shown = units.flatMap((unit, i) => [exposure(run, unit, given(unit), start + i, { program }), exposure(run, unit, other(unit), start - 1000)])
  assert.deepEqual(await environment.send(shown), { accepted: 400, duplicates: 0, rejected: [] })
  assert.deepEqual((await environment.send(shown)).accepted, 0)
  await environment.send(units.map(unit => event('bought', unit, start + 5000, { properties: { value: 1 } })))
  assert.deepEqual(await environment.list(), [], 'nobody can ask for it yet')
  await publish()
  // An isolate believes for a while that there is no such run.
  await environment.send(Array.from({ length: 20 }, (_, i) => exposure(run, `late-${i}`, i % 2 ? given(`late-${i}`) : other(`late-${i}`), start + 500, { program })))
  const report = await environment.report('checkout')
  const { units: { control, fresh }, mixed, totals } = counts(report)
  const expected = [...units, ...Array.from({ length: 10 }, (_, i) => `late-${2 * i + 1}`)].map(given)
  assert.deepEqual([control, fresh, mixed], [expected.filter(one => one === 'control').length, expected.filter(one => one === 'fresh').length, 0])
  assert.equal(totals.orders.control + totals.orders.fresh, 200)
  assert.equal(report.firstExposureAt, start)
  const sums = Object.fromEntries(['unknown_program', 'mismatched'].map(name => [name, report.verdicts.filter(({ verdict }) => verdict === name).reduce((sum, { exposures }) => sum + exposures, 0)]))
  assert.deepEqual([sums, report.verdicts.length], [{ unknown_program: 210, mismatched: 210 }, 4])
  // Sent again by a page that names a program published by now, or signed, it is what it always would have been.
  const { digest } = await must(200, `${environment.url}/v1/datafile`, { key: environment.keys.admin })
  await environment.send([exposure(run, 'v-0', given('v-0'), start + 9, { program: digest }), exposure(run, 'v-0', other('v-0'), start + 9, { program: digest })])
  assert.deepEqual(counts(await environment.report('checkout')), counts(report))
  assert.equal((await environment.report('checkout')).firstExposureAt, start)
})

test('of a run nobody published one may make up any number of variants, and they are one line of its report', async () => {
  const { environment, run, publish, verdicts } = await early('made-up')
  const made = Array.from({ length: 6000 }, (_, i) => exposure(run, `v-${i}`, `made-up-${i}`, start))
  for (const part of batches(made, 1000)) assert.equal((await environment.send(part)).accepted, 1000)
  assert.equal((await environment.send([exposure(run, 'honest', given('honest'), start)])).accepted, 1)
  // And any number of runs: they cost what an event costs.
  const runs = Array.from({ length: 1000 }, (_, i) => exposure((i + 0x10000000).toString(16), 'v', 'made-up', start))
  assert.equal((await environment.send([...runs])).accepted, 1000)
  await publish()
  const line = { variant: '', verdict: 'unknown_run', exposures: 6000 }
  assert.deepEqual(await verdicts(), [line, { variant: given('honest'), verdict: 'unknown_program', exposures: 1 }])
  const { text } = await request(`${environment.url}/v1/experiments/checkout/report`, { key: environment.keys.server })
  assert.ok(text.length < 10_000, `${text.length} bytes`)
  const report = JSON.parse(text)
  assert.deepEqual([report.units.total, report.units.arms.map(arm => arm.variant).sort()], [1, ['control', 'fresh']])
  const cells = await environment.cells('checkout')
  assert.deepEqual([cells.units.length, cells.verdicts], [1, [line, { variant: given('honest'), verdict: 'unknown_program', exposures: 1 }]])
})
