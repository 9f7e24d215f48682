// Random facts, sent in random order, in parts, several times over: whenever one asks, the report is the slow reference's.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, differs, givenBy, reference } from './reference.mjs'
import { DAY, batches, counts, daysAgo, oneExperiment, plan, seeded, uuidv7, worker } from './kit.mjs'

const held = worker()
const start = daysAgo(30)
const ARMS = { control: 50, one: 25, two: 25 }
const given = givenBy('checkout', ARMS)

const FIRST = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 3 },
  visits: { kind: 'count', event: 'visit', windowDays: 10 },
  revenue: { kind: 'sum', event: 'bought', property: 'value', windowDays: 7 },
  spent: { kind: 'sum', event: 'visit', property: 'a.b "quoted"'.replaceAll('"', ''), windowDays: 5 },
}
const THEN = { ...FIRST, bought: { ...FIRST.bought, windowDays: 9 }, visits: { kind: 'conversion', event: 'visit', windowDays: 1 } }

function makeFacts(random, runs, length) {
  const facts = []
  const units = Array.from({ length: 90 }, (_, i) => (i % 9 === 0 ? i * 1001 : `v-${random.below(1e9)}-é${i}`))
  const at = () => start + random.below(20 * DAY)
  while (facts.length < length) {
    const unit = random.pick(units)
    const kind = random.below(10)
    if (facts.length > 10 && kind === 0) {
      // Sent again, as it was.
      facts.push(random.pick(facts))
    } else if (kind < 4) {
      // Mostly the unit's own arm; now and then another, which a server brings in or nobody believes, a stray one, or another run.
      const own = random.below(15) > 0
      const variant = own ? given(unit) : random.pick(['control', 'one', 'two', 'stray'])
      const brought = variant !== 'stray' && random.below(own ? 8 : 2) === 0 ? { source: 'import' } : {}
      const run = random.below(12) === 0 ? runs[1] : runs[0]
      facts.push({ type: 'exposure', experiment: 'checkout', run, unitType: 'visitorId', unit, variant, at: at(), ...brought, ...(random.below(6) === 0 ? { override: true } : {}) })
    } else {
      const time = at()
      const units = { visitorId: unit, ...(random.below(3) === 0 ? { userId: `u-${random.below(50)}`, visitorsId: unit } : {}) }
      const value = random.pick([random.below(10_000) / 100, random.below(100), -5, 0, '12', null, undefined, 1e-3, ...(random.below(8) === 0 ? [1e12] : [])])
      facts.push({ type: 'event', id: uuidv7(time, random.bytes(10)), name: random.pick(['bought', 'visit', 'visit', 'other']), units, at: time, properties: { value, 'a.b quoted': value } })
    }
  }
  return facts
}

function agree(report, expected, message) {
  const found = counts(report)
  assert.deepEqual([found.units, found.mixed], [expected.units, expected.mixed], message)
  for (const metric of report.metrics) {
    for (const arm of metric.arms) {
      const [total, squares, n] = [expected.totals[metric.key][arm.variant], expected.squares[metric.key][arm.variant], arm.units]
      const close = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b))
      assert.ok(close(arm.total, total), `${message}: ${metric.key} of ${arm.variant}: ${arm.total}, expected ${total}`)
      if (metric.kind !== 'conversion' && n > 1) {
        const variance = (squares - (total * total) / n) / (n - 1)
        assert.ok(close(arm.variance, variance), `${message}: variance of ${metric.key} of ${arm.variant}: ${arm.variance}, expected ${variance}`)
      }
    }
  }
  const days = Object.keys(expected.days)
  // All of this is from before the run was opened, which is told by its days where some of it was brought in.
  if (days.length > 0 && report.verdicts.some(cell => cell.verdict === 'imported')) {
    assert.deepEqual(report.series.map(one => one.day).filter(day => expected.days[day]), days.sort(), message)
  }
}

for (const seed of [1, 2, 3]) {
  test(`random facts, seed ${seed}`, async () => {
    const random = seeded(seed)
    const environment = await held.own.environment(`random-${seed}`)
    const older = (await environment.putDatafile(oneExperiment('checkout', ARMS, { restart: 1 }))).experiments[0].run
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    await environment.putExperiments(plan(FIRST))
    const facts = makeFacts(random, [run, older], 1500)
    const sent = []
    let metrics = FIRST
    const check = async message => {
      for (const which of [run, older]) {
        const expected = reference(sent, { experiment: 'checkout', run: which, arms: ARMS, metrics })
        agree(await environment.report('checkout', which), expected, `${message}, run ${which === run ? 'open' : 'older'}`)
      }
    }
    const parts = [...batches(random.shuffle(facts), 60)]
    for (const [number, part] of parts.entries()) {
      const answer = await environment.send(part, environment.keys.server)
      const strays = part.flatMap(({ variant }, index) => (variant === 'stray' ? [`events[${index}].variant`] : []))
      assert.deepEqual(answer.rejected.map(({ field }) => field), strays, 'what is no arm is refused, and nothing else')
      assert.equal(answer.accepted + answer.duplicates, part.length - strays.length)
      sent.push(...part.filter(({ variant }) => variant !== 'stray'))
      if (random.below(3) === 0) await environment.send(random.pick(parts.slice(0, number + 1)), environment.keys.server)
      if (number % 6 === 0) await check(`after part ${number}`)
      if (number === 14) {
        metrics = THEN
        await environment.putExperiments(plan(THEN))
        await check('with other metrics')
      }
    }
    await check('at the end')
    // Everything once more, the other way round, many at a time: no number moves.
    const before = counts(await environment.report('checkout'))
    await Promise.all([...batches(facts.toReversed(), 250)].map(part => environment.send(part, environment.keys.server)))
    assert.deepEqual(counts(await environment.report('checkout')), before)
    await check('sent twice')
  })
}

const KINDS = {
  bought: { kind: 'conversion', event: 'bought', windowDays: 3, preDays: 5 },
  value: { kind: 'ratio', event: 'bought', property: 'value', denominator: { event: 'visit' }, windowDays: 7 },
  perVisit: { kind: 'ratio', event: 'visit', denominator: { event: 'bought', property: 'value' }, windowDays: 4 },
  back: { kind: 'retention', event: 'visit', days: { from: 1, to: 3 } },
  later: { kind: 'retention', event: 'visit', days: { from: 7, to: 7 } },
  median: { kind: 'quantile', event: 'bought', property: 'value', quantile: 0.5, windowDays: 10 },
  capped: { kind: 'sum', event: 'bought', property: 'value', cap: 50, preDays: 10, windowDays: 7 },
  tamed: { kind: 'sum', event: 'bought', property: 'value', capQuantile: 0.9, windowDays: 7 },
}

for (const seed of [11, 12]) {
  test(`every kind of metric, cell by cell, seed ${seed}`, async () => {
    const random = seeded(seed)
    const environment = await held.own.environment(`kinds-${seed}`)
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    await environment.putExperiments(plan(KINDS))
    const facts = makeFacts(random, [run, 'ffffffff'], 1200)
    const sent = []
    const check = async (metrics, message) => {
      const difference = differs(await environment.cells('checkout'), cells(sent, { experiment: 'checkout', run, metrics, arms: ARMS }))
      assert.equal(difference, null, message)
    }
    for (const [number, part] of [...batches(random.shuffle(facts), 60)].entries()) {
      await environment.send(part, environment.keys.server)
      sent.push(...part.filter(({ variant }) => variant !== 'stray'))
      if (number % 4 === 0) await check(KINDS, `after part ${number}`)
    }
    await check(KINDS, 'at the end')
    const other = { ...KINDS, capped: { ...KINDS.capped, cap: 20 }, median: KINDS.tamed, tamed: KINDS.median }
    await environment.putExperiments(plan(other))
    await check(other, 'with other definitions')
  })
}

for (const seed of [21, 22]) {
  test(`links between devices and users, cell by cell, seed ${seed}`, async () => {
    const random = seeded(seed)
    const environment = await held.own.environment(`links-${seed}`)
    const { run } = (await environment.putDatafile(oneExperiment('checkout', ARMS))).experiments[0]
    const metrics = { bought: { kind: 'count', event: 'bought', windowDays: 10 }, paid: { kind: 'sum', event: 'bought', property: 'value', windowDays: 20 } }
    await environment.putExperiments(plan(metrics))
    const device = () => `d-${random.below(40)}`
    const user = () => random.pick([`u-${random.below(12)}`, random.below(12)])
    const at = () => start + random.below(20 * DAY)
    const facts = Array.from({ length: 900 }, () => {
      const time = at()
      const kind = random.below(10)
      if (kind < 2) {
        const unit = device()
        return { type: 'exposure', experiment: 'checkout', run, unitType: 'visitorId', unit, variant: given(unit), at: time }
      }
      // Few different times, so that links of the same time are there.
      if (kind < 4) return { type: 'alias', unitType: 'visitorId', unit: device(), toType: random.pick(['userId', 'account']), to: user(), at: start + random.below(20) * DAY }
      const units = random.pick([{ userId: user() }, { userId: user() }, { userId: user(), account: user() }, { visitorId: device() }, { visitorId: device(), userId: user() }])
      return { type: 'event', id: uuidv7(time, random.bytes(10)), name: 'bought', units, at: time, properties: { value: random.below(100) } }
    })
    // By a server: of a page no link is as old as these.
    const sent = []
    const check = async message =>
      assert.equal(differs(await environment.cells('checkout'), cells(sent, { experiment: 'checkout', run, metrics, arms: ARMS })), null, message)
    for (const [number, part] of [...batches(random.shuffle(facts), 50)].entries()) {
      assert.deepEqual((await environment.send(part, environment.keys.server)).rejected, [])
      if (random.below(3) === 0) await environment.send(part, environment.keys.server)
      sent.push(...part)
      if (number % 3 === 0) await check(`after part ${number}`)
    }
    await check('at the end')
    await Promise.all([...batches(facts.toReversed(), 100)].map(part => environment.send(part, environment.keys.server)))
    await check('sent again, many at a time')
    const [linked, alone] = [cells(facts, { experiment: 'checkout', run, metrics, arms: ARMS }), cells(facts.filter(({ type }) => type !== 'alias'), { experiment: 'checkout', run, metrics, arms: ARMS })]
    assert.notEqual(differs(linked, alone), null, 'links did count for something')
  })
}
