// The ways to ask a program: whole decisions or values, one flag or all, and what may be handed in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, datafile, install } from './support.mjs'

const { loadProgram } = await (await install()).import('isoflag')
const program = loadProgram(compile(datafile).program)
const contexts = [
  {},
  { visitorId: 'v-1', country: 'US', account: 7, age: 20 },
  { visitorId: 'v-2', country: 'FR', account: 8, age: 3, internal: true },
  { visitorId: 'x'.repeat(100), age: 18 },
]

test('values are those of the decisions, one by one and all at once', () => {
  for (const context of contexts) {
    const decisions = program.decideAll(context)
    const values = program.values(context)
    assert.deepEqual(Object.keys(values), Object.keys(decisions))
    for (const [flag, { value }] of Object.entries(decisions)) {
      assert.strictEqual(Object.getOwnPropertyDescriptor(values, flag).value, value, flag)
      assert.strictEqual(program.value(flag, context), value, flag)
    }
  }
  assert.equal(program.value('nope', {}), undefined)
})

test('a value that is an object is one object, whichever way it is asked for first', () => {
  for (const first of ['value', 'values', 'decide', 'decideAll']) {
    const fresh = loadProgram(compile(datafile).program)
    fresh[first](...(first.endsWith('s') || first.endsWith('All') ? [{}] : ['banner', {}]))
    const { banner } = fresh.values({})
    assert.ok([fresh.value('banner', {}), fresh.decide('banner', {}).value, fresh.decideAll({}).banner.value].every(one => one === banner), first)
    fresh.dispose()
  }
})

test('what one caller does to its values no other sees', () => {
  const values = program.values(contexts[1])
  for (const flag of Object.keys(values)) values[flag] = 'changed'
  assert.notEqual(program.values(contexts[1]).limit, 'changed')
})

test('more flags than are copied at once make no difference', () => {
  const flags = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`flag-${i}`, i % 2 ? datafile.flags.limit : datafile.flags.checkout]))
  const many = loadProgram(compile({ ...datafile, flags }).program)
  for (const context of contexts) {
    const values = many.values(context)
    assert.equal(Object.keys(values).length, 300)
    for (const [flag, value] of Object.entries(values)) assert.equal(value, many.decide(flag, context).value)
  }
  many.dispose()
})

test('a flag that is switched off looks at no attribute', () => {
  let looked = false
  const context = {
    get age() {
      looked = true
      return 20
    },
  }
  assert.deepEqual([program.value('killed', context), program.decide('killed', context).reason, looked], [false, 'off', false])
  assert.equal(program.decide('killed', context, { overrides: { killed: 'on' } }).value, true)
})

test('an override wins over everything, even a switch, and exposes nobody', () => {
  const overrides = { checkout: 'new', killed: 'on', limit: 'no such variant', nope: 'x', ['__proto__']: 'off' }
  const context = { visitorId: 'v-1', country: 'US', age: 20 }
  const options = { overrides }
  const expected = { flag: 'checkout', variant: 'new', value: 'new', reason: 'override', rule: null, bucket: null, exposure: null }
  assert.deepEqual(program.decide('checkout', context, options), expected)
  assert.deepEqual(program.decide('killed', context, options).reason, 'override')
  assert.equal(program.value('killed', context, options), true)
  assert.deepEqual(program.decide('limit', context, options), program.decide('limit', context), 'an unknown variant is ignored')
  const all = program.decideAll(context, options)
  assert.deepEqual(all.checkout, expected)
  assert.equal(Object.hasOwn(all, 'nope'), false)
  assert.equal(program.values(context, options).killed, true)
  const snapshot = program.snapshot(context, options)
  assert.equal(snapshot.decisions.checkout.reason, 'override')
  assert.equal(snapshot.decisions.checkout.exposure, null)
})

test('null stands for nothing handed in: a cookie may say so', () => {
  const context = contexts[1]
  for (const options of [null, { overrides: null, sticky: null }, { overrides: 'checkout' }, { overrides: { checkout: null } }, { now: null }]) {
    assert.deepEqual(program.decide('checkout', context, options), program.decide('checkout', context))
    assert.equal(program.value('checkout', context, options), program.value('checkout', context))
    assert.deepEqual(program.decideAll(context, options), program.decideAll(context))
    assert.deepEqual(program.values(context, options), program.values(context))
    assert.deepEqual(program.snapshot(context, options), program.snapshot(context))
  }
  assert.equal(program.decide('killed', {}, { overrides: null, sticky: { killed: { variant: 'on' } } }).reason, 'off')
  assert.equal(program.decide('killed', {}, { overrides: { killed: 'on' }, sticky: null }).reason, 'override')
  assert.deepEqual(program.snapshot(context, { flags: null, units: null }), program.snapshot(context))
})

test('what is no flag is unknown, whatever it is', () => {
  for (const flag of [undefined, null, 5, {}, Symbol('f')]) {
    assert.deepEqual([program.decide(flag, {}).reason, program.value(flag, {})], ['unknown_flag', undefined])
    assert.equal(program.snapshot({}, { flags: [flag] }).decisions[flag]?.reason, 'unknown_flag')
  }
})

test('by a time that is none nothing is decided that depends on one, and the rest is', () => {
  const timed = { ...datafile.flags.killed, enabled: true, rules: [{ schedule: { from: '2020-01-01T00:00:00Z' }, variant: 'on' }] }
  const program = loadProgram(compile({ ...datafile, flags: { ...datafile.flags, timed } }).program)
  const context = contexts[1]
  const { timed: scheduled, ...others } = program.decideAll(context)
  assert.equal(scheduled.reason, 'targeted')
  for (const now of [new Date('nope'), '2026-12-24', NaN]) {
    const decision = program.decide('timed', context, { now })
    assert.deepEqual([decision.variant, decision.value, decision.reason], [null, undefined, 'unusable'])
    assert.deepEqual(program.decideAll(context, { now }), { ...others, timed: decision })
    assert.deepEqual(program.values(context, { now }), { ...program.values(context), timed: undefined })
    assert.deepEqual([program.value('timed', context, { now }), program.value('limit', context, { now })], [undefined, 99.5])
  }
  program.dispose()
})

test('a context that is too large leaves the flags that read it unusable, one by one and all at once, and no memory taken', () => {
  program.decide('checkout', { visitorId: 'x'.repeat(5_000_000) })
  const before = process.memoryUsage().external
  // The last would come round as 200 MB where bytes are counted in 32 bits.
  const text = 'x'.repeat(1_000_000)
  for (const visitorId of ['x'.repeat(20_000_000), Array(20).fill(text), Array(1500).fill(text)]) {
    const context = { visitorId, age: 20, account: 7 }
    assert.deepEqual([program.decide('checkout', context).reason, program.value('checkout', context)], ['unusable', undefined])
    const all = program.decideAll(context)
    assert.deepEqual([all.checkout, all.limit, all.accounts.reason, all.killed.reason], [program.decide('checkout', context), program.decide('limit', context), 'split', 'off'])
    assert.deepEqual(program.values(context), { ...program.values({ ...context, visitorId: 'v' }), checkout: undefined })
    assert.equal(program.decideAll(context, { overrides: { killed: 'on' } }).killed.reason, 'override')
    assert.equal(program.snapshot(context).decisions.limit.value, 99.5)
  }
  assert.ok(process.memoryUsage().external < before + 1_000_000, `${before} → ${process.memoryUsage().external}`)
  assert.equal(program.decide('checkout', contexts[1]).reason, 'split')
})

test('an override counts when it is the record’s own', () => {
  const inherited = Object.create({ killed: 'on' })
  assert.equal(program.decide('killed', {}, { overrides: inherited }).reason, 'off')
  assert.equal(program.decide('constructor', {}, { overrides: {} }).reason, 'default')
})

test('sticky keeps who was in the experiment, and enters nobody into it', () => {
  const arms = [{ variant: 'a' }, { variant: 'b' }]
  const written = split => ({ version: 1, flags: { x: { type: 'string', variants: { a: 'A', b: 'B' }, off: 'a', rules: [{ split: { unit: 'u', arms, ...split } }] } } })
  const units = Array.from({ length: 4_000 }, (_, i) => ({ u: `u-${i}` }))
  const given = (program, stickyOf = () => undefined) => units.map((context, i) => program.decide('x', context, { sticky: { x: stickyOf(i) } }))
  const exposed = decisions => decisions.map(({ exposure }) => exposure && exposure.variant)

  const running = loadProgram(compile(written({ control: 'a', gate: 25 })).program)
  const first = given(running)
  assert.ok(Math.abs(exposed(first).filter(Boolean).length - 1_000) < 137, 'a quarter, within five standard deviations')
  for (const [what, stickyOf] of [
    ['exposures', i => first[i].exposure],
    ['variants alone', i => ({ variant: first[i].variant })],
    ['their names', i => first[i].variant],
    ['another run', i => ({ variant: 'b', run: '00000000' })],
  ]) assert.deepEqual(exposed(given(running, stickyOf)), exposed(first), what)

  // Compiled anew and not to replace the other, the arms lie elsewhere and the run is another: nothing is kept.
  const swapped = loadProgram(compile(written({ control: 'a', gate: 25, arms: arms.toReversed() })).program)
  assert.deepEqual(exposed(given(swapped, i => first[i].exposure)), exposed(given(swapped)))
  // While the run is the same an arm is kept, whatever the split says now: here by hand, as no compiler would.
  const { run } = first.find(({ exposure }) => exposure).exposure
  assert.ok(given(running, () => ({ variant: 'b', run })).every(({ variant, reason }) => variant === 'b' && reason === 'sticky'))

  // A flag that is no experiment has no run, and its variants are kept by themselves.
  const plain = loadProgram(compile(written({ gate: 25 })).program)
  assert.ok(given(plain, () => ({ variant: 'b' })).every(({ variant }) => variant === 'b'))
  assert.ok(given(plain, () => ({ variant: 'b', run })).some(({ variant }) => variant === 'a'))
  for (const program of [running, swapped, plain]) program.dispose()
})
