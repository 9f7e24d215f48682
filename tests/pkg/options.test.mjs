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

test('an override counts when it is the record’s own', () => {
  const inherited = Object.create({ killed: 'on' })
  assert.equal(program.decide('killed', {}, { overrides: inherited }).reason, 'off')
  assert.equal(program.decide('constructor', {}, { overrides: {} }).reason, 'default')
})
