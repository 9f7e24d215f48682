// What a context may hold: nested objects, dates, lists, and whatever a hostile caller makes of it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { compile, install } from './support.mjs'

const { loadProgram } = await (await install()).import('isoflag')
const flag = condition => ({ type: 'boolean', variants: { on: true, off: false }, off: 'off', rules: [{ if: condition, variant: 'on' }] })
const split = unit => ({
  type: 'boolean',
  variants: { on: true, off: false },
  off: 'off',
  rules: [{ split: { unit, control: 'off', arms: [{ variant: 'on' }, { variant: 'off' }] } }],
})
const program = loadProgram(
  compile({
    version: 1,
    flags: {
      adult: flag({ attribute: 'age', atLeast: 18 }),
      pro: flag({ attribute: 'account.plan', equals: 'pro' }),
      deep: flag({ attribute: 'a.b.c', equals: 1 }),
      there: flag({ attribute: 'x', exists: true }),
      own: flag({ attribute: 'o.constructor', exists: true }),
      proto: flag({ attribute: '__proto__', equals: 'mine' }),
      two: flag({ all: [{ attribute: 'age', atLeast: 18 }, { attribute: 'name', equals: 'é' }] }),
      staff: flag({ attribute: 'staff', equals: true }),
      first: flag({ any: [{ attribute: 'list.0', exists: true }, { attribute: 'list.length', exists: true }] }),
      any: flag({ any: [{ attribute: 'length', exists: true }, { attribute: 'name', exists: true }] }),
      text: split('id'),
      nested: split('user.id'),
    },
  }).program,
)
const on = (name, context) => program.value(name, context)

test('a name with dots is an attribute of that name, else a path through own properties', () => {
  assert.equal(on('pro', { account: { plan: 'pro' } }), true)
  assert.equal(on('pro', { 'account.plan': 'pro' }), true)
  assert.equal(on('pro', { 'account.plan': 'free', account: { plan: 'pro' } }), false, 'the whole name comes first')
  assert.equal(on('pro', { 'account.plan': null, account: { plan: 'pro' } }), false, 'even when it is null')
  assert.equal(on('pro', { account: Object.create({ plan: 'pro' }) }), false, 'inherited is not own')
  assert.equal(on('own', { o: {} }), false)
  assert.equal(on('own', { o: JSON.parse('{"constructor":1}') }), true)
  for (const account of [null, undefined, 'pro', 7, [], () => 'pro']) assert.equal(on('pro', { account }), false)
  assert.equal(on('deep', { a: { b: { c: 1 } } }), true)
  assert.equal(on('deep', { a: { 'b.c': 1 } }), false)
  const exposure = program.decide('nested', { user: { id: 'v-1' } }).exposure
  assert.deepEqual([exposure.unitType, exposure.unit], ['user.id', 'v-1'])
})

test('a list is not reached into, nor a text; what is undefined is not there', () => {
  for (const list of [['x'], [], 'xy', new Map([['0', 1]]), new Set(['x'])]) assert.equal(on('first', { list }), false)
  for (const list of [{ 0: 'x' }, { length: 0 }]) assert.equal(on('first', { list }), true)
  for (const context of ['text', ['x'], function named() {}]) assert.equal(on('any', context), false, 'a context is an object')
  assert.equal(on('pro', { 'account.plan': undefined, account: { plan: 'pro' } }), true)
})

test('what an object inherits is not there, however it came to it', () => {
  class Visitor {
    get staff() {
      return true
    }
  }
  for (const context of [new Visitor(), Object.create({ staff: true })]) assert.equal(on('staff', context), false)
  const own = Object.defineProperty(new Visitor(), 'staff', { value: true })
  for (const context of [own, { get staff() { return true } }, Object.assign(Object.create(null), { staff: true }), runInNewContext('({ staff: true })')])
    assert.equal(on('staff', context), true)
})

test('a polluted prototype decides nothing', () => {
  const clean = { staff: on('staff', {}), pro: on('pro', { account: {} }), all: program.values({ age: 20 }), unit: program.decide('text', {}) }
  Object.assign(Object.prototype, { staff: true, plan: 'pro', name: 'é', id: 'v-1' })
  try {
    assert.deepEqual({ staff: on('staff', {}), pro: on('pro', { account: {} }), all: program.values({ age: 20 }), unit: program.decide('text', {}) }, clean)
    assert.equal(on('staff', { staff: true }), true)
    assert.equal(program.decide('text', { id: 'v-2' }).exposure.unit, 'v-2')
  } finally {
    for (const name of ['staff', 'plan', 'name', 'id']) delete Object.prototype[name]
  }
})

test('what is hidden in a prototype before a program is read decides nothing', () => {
  Object.defineProperty(Object.prototype, 'staff', { value: true, configurable: true })
  try {
    const program = loadProgram(compile({ version: 1, flags: { staff: flag({ attribute: 'staff', equals: true }) } }).program)
    assert.deepEqual([{}, { staff: true }, Object.create({ staff: true })].map(context => program.value('staff', context)), [false, true, false])
  } finally {
    delete Object.prototype.staff
  }
})

test('a date is its milliseconds, an invalid one is missing', () => {
  assert.equal(on('adult', { age: runInNewContext('new Date(18)') }), true, 'of another realm too')
  assert.equal(on('adult', { age: new Date(18) }), true)
  assert.equal(on('adult', { age: new Date(17) }), false)
  assert.equal(on('there', { x: new Date(Number.NaN) }), false)
  assert.equal(program.decide('text', { id: new Date(42) }).bucket, program.decide('text', { id: 42 }).bucket)
})

test('what has no type the engine knows is missing', () => {
  for (const x of [null, undefined, {}, () => 1, Symbol('x'), 1n, new Map(), Object.create(null), Object.create(Date.prototype)]) assert.equal(on('there', { x }), false)
  for (const x of ['', 0, false, [], Number.NaN]) assert.equal(on('there', { x }), true)
  for (const context of [undefined, null, 1, 'text', []]) assert.equal(program.decide('adult', context).reason, 'default')
})

test('a property called __proto__ counts when it is the context’s own', () => {
  assert.equal(on('proto', JSON.parse('{"__proto__":"mine"}')), true)
  assert.equal(on('proto', {}), false)
  assert.equal(on('proto', { __proto__: { __proto__: null, plan: 'x' } }), false)
})

test('a getter that throws is missing, and the others still count', () => {
  const context = {
    age: 20,
    get name() {
      throw new Error('no')
    },
  }
  assert.equal(program.decide('two', context).reason, 'default')
  assert.equal(on('adult', context), true)
  assert.equal(program.values(context).adult, true)
  const hostile = new Proxy({}, { get: () => { throw new Error('no') } })
  assert.equal(program.decide('text', hostile).reason, 'missing_unit')
})

test('a getter that decides, loads or disposes programs garbles nothing', () => {
  const plain = program.decide('two', { age: 20, name: 'é' })
  assert.equal(plain.value, true)
  for (const meanwhile of [
    () => program.decide('two', { age: 3, name: 'other' }),
    () => program.values({ age: 3, name: 'x'.repeat(100_000) }),
    () => Array.from({ length: 40 }, () => loadProgram(compile({ version: 1, flags: { f: split('y') } }).program)).forEach(one => one.dispose()),
  ]) {
    const context = {
      age: 20,
      get name() {
        meanwhile()
        return 'é'
      },
    }
    assert.deepEqual(program.decide('two', context), plain)
    assert.equal(program.values(context).two, true)
  }
})

test('a getter that disposes the program itself leaves what is loaded in its place alone', () => {
  const many = Array.from({ length: 40 }, (_, i) => `a${i}`)
  const victim = compile({ version: 1, flags: { f: flag({ all: many.map(attribute => ({ attribute, exists: true })) }) } })
  // In sizes around that of the slots, so that one of them gets their memory.
  const others = Array.from({ length: 24 }, (_, i) => compile({ version: 1, flags: { g: { type: 'string', variants: { on: 'x'.repeat(1000 + i * 80) }, off: 'on' } } }))
  for (const ask of ['value', 'decide', 'values', 'decideAll'])
    for (const value of [7, 'short', 'é'.repeat(60)]) {
      const short = loadProgram(victim.program)
      let loaded = []
      const context = Object.fromEntries(many.map(name => [name, value]))
      Object.defineProperty(context, 'a0', {
        enumerable: true,
        get() {
          short.dispose()
          loaded = others.map(({ program }) => loadProgram(program))
          return value
        },
      })
      let answer
      try {
        answer = short[ask](...(ask.endsWith('e') ? ['f', context] : [context]))
      } catch (error) {
        assert.equal(error.code, 'disposed')
      }
      assert.equal(answer, undefined, ask)
      assert.deepEqual(loaded.map(one => [one.digest, one.value('g', {})]), others.map(({ digest }, i) => [digest, 'x'.repeat(1000 + i * 80)]))
      for (const one of loaded) one.dispose()
    }
})

test('units of every length and alphabet fall where their bytes fall', () => {
  const bucket = id => program.decide('text', { id }).bucket
  for (const unit of ['a', 'é', '€', '😀', '\u0000', '\ud800'])
    for (let length = 1; length < 60; length++) {
      const id = unit.repeat(length)
      // Beside a long neighbour everything is written the long way.
      assert.equal(bucket(id), program.decideAll({ id, name: 'n'.repeat(200), 'account.plan': [1] }).text.bucket, `${unit} × ${length}`)
    }
})

test('huge attributes decide, and what they needed is reused', () => {
  const huge = '€'.repeat(400_000)
  assert.equal(program.decide('text', { id: huge }).reason, 'split')
  assert.equal(on('there', { x: Array.from({ length: 100_000 }, (_, i) => (i % 3 ? `member ${i}` : i)) }), true)
  assert.equal(on('pro', { account: { plan: huge } }), false)
  assert.equal(on('pro', { account: { plan: 'pro' } }), true)
})
