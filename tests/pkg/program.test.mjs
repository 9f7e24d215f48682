// Deciding through the package: what crosses into the engine, what comes back, and what happens to memory.

import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { compile, datafile, install } from './support.mjs'

const { loadProgram, ProgramError } = await (await install()).import('isoflag')
const compiled = compile(datafile)
const program = loadProgram(compiled.program)
const { run } = compiled.experiments.find(({ flag }) => flag === 'checkout')

test('a program knows its digest and its flags', () => {
  assert.equal(program.digest, compiled.digest)
  assert.deepEqual(program.keys().sort(), Object.keys(datafile.flags).sort())
})

test('an experiment gives variant, value, reason, rule, bucket and the exposure it would cause', () => {
  const decision = program.decide('checkout', { visitorId: 'v-1', country: 'US' })
  const { variant, bucket } = decision
  assert.ok(['control', 'new'].includes(variant))
  assert.ok(bucket >= 0 && bucket <= 9999)
  assert.deepEqual(decision, {
    flag: 'checkout',
    variant,
    value: variant,
    reason: 'split',
    rule: 1,
    bucket,
    exposure: { experiment: 'checkout', run, unitType: 'visitorId', unit: 'v-1', variant, program: program.digest },
  })
})

test('a fixed variant, a default, a switched-off flag and a missing unit say why and expose nobody', () => {
  const reasons = [
    ['checkout', { internal: true, visitorId: 'v-1' }, 'new', 'targeted', 0],
    ['checkout', { country: 'FR', visitorId: 'v-1' }, 'control', 'default', null],
    ['killed', {}, 'off', 'off', null],
    ['checkout', { country: 'US' }, 'control', 'missing_unit', 1],
  ]
  for (const [flag, context, variant, reason, rule] of reasons) {
    const decision = program.decide(flag, context)
    assert.deepEqual([decision.variant, decision.reason, decision.rule, decision.exposure], [variant, reason, rule, null], reason)
  }
})

test('an unknown flag is a reason, never a throw', () => {
  const nothing = { variant: null, value: undefined, reason: 'unknown_flag', rule: null, bucket: null, exposure: null }
  for (const flag of ['nope', '', 'toString', '\ud800', 'x'.repeat(1_000_000)])
    assert.deepEqual(program.decide(flag, { visitorId: 'v-1' }), { flag, ...nothing })
})

test('keys that mean something to JavaScript are flags like any other', () => {
  for (const flag of ['__proto__', 'constructor', 'größe-📏']) assert.equal(program.decide(flag, {}).reason, 'default', flag)
  const all = program.decideAll({})
  assert.equal(Object.getPrototypeOf(all), Object.prototype)
  assert.deepEqual(Object.keys(all).sort(), Object.keys(datafile.flags).sort())
  assert.equal(Object.getOwnPropertyDescriptor(all, '__proto__').value.variant, 'on')
})

test('all flags at once are the flags one by one', () => {
  for (const context of [{}, { visitorId: 'ü', age: 18, account: 7 }, { visitorId: '😀', country: 'FR', internal: false, age: 17.9 }]) {
    for (const [flag, decision] of Object.entries(program.decideAll(context))) assert.deepEqual(decision, program.decide(flag, context))
  }
})

test('types are not coerced and what is no value is missing', () => {
  assert.equal(program.decide('limit', { age: 18 }).value, 99.5)
  for (const age of ['18', true, null, undefined, Number.NaN, {}, 18n, () => 18]) assert.equal(program.decide('limit', { age }).value, 10)
  assert.equal(program.decide('checkout', { internal: 'true', visitorId: 'a' }).reason, 'split')
})

test('a number is a unit only as a safe integer, written in decimal', () => {
  assert.equal(program.decide('accounts', { account: 42 }).exposure.unit, '42')
  assert.equal(program.decide('accounts', { account: -7 }).exposure.unit, '-7')
  for (const account of [0.5, 2 ** 53, Infinity, Number.NaN]) assert.equal(program.decide('accounts', { account }).reason, 'missing_unit')
})

test('texts cross as UTF-8 whatever they hold', () => {
  assert.equal(program.decide('checkout', { visitorId: 'v', country: 'Zürich 🏔' }).reason, 'default')
  const bucket = visitorId => program.decide('checkout', { visitorId }).bucket
  assert.equal(bucket('lone \ud800!'), bucket('lone \ufffd!'), 'a lone surrogate is hashed as U+FFFD')
  assert.equal(program.decide('checkout', { visitorId: 'a\udfffb' }).exposure.unit, 'a\ufffdb')
  assert.notEqual(bucket('nul\0a'), bucket('nul\0b'), 'a NUL ends nothing')
  // Just below and above where the short way ends, ASCII and not.
  for (const length of [47, 48, 49])
    for (const unit of ['a', 'é', '😀']) {
      const id = 'x'.repeat(length - unit.length) + unit
      assert.equal(bucket(id), program.decideAll({ visitorId: id }).checkout.bucket, `${length} ${unit}`)
      assert.notEqual(bucket(id), bucket(`${id}!`))
    }
})

test('a text of a megabyte decides, and decisions after the memory has grown are still right', () => {
  const before = program.decide('checkout', { visitorId: 'v-1' })
  const huge = '€'.repeat(1_000_000)
  assert.equal(program.decide('checkout', { visitorId: huge }).reason, 'split')
  assert.equal(program.decide('checkout', { visitorId: huge }).bucket, program.decideAll({ visitorId: huge, country: huge }).checkout.bucket)
  assert.deepEqual(program.decide('checkout', { visitorId: 'v-1' }), before)
})

test('a getter that decides something itself garbles nothing', () => {
  const context = {
    country: 'US',
    get visitorId() {
      program.decide('checkout', { visitorId: 'another', country: 'FR' })
      return 'v-1'
    },
  }
  assert.equal(program.decide('checkout', context).bucket, program.decide('checkout', { visitorId: 'v-1' }).bucket)
})

test('values are frozen through and through, and the same object each time', () => {
  const { value } = program.decide('banner', {})
  assert.deepEqual(value, { title: 'Hi 👋 é', rows: [1, { deep: null }] })
  assert.throws(() => value.rows.push(2), TypeError)
  assert.throws(() => (value.rows[1].deep = 1), TypeError)
  assert.equal(program.decide('banner', {}).value, value)
})

test('each way a program can be wrong has a code and a text that helps', () => {
  const refused = (bytes, code, text) =>
    assert.throws(() => loadProgram(bytes), error => error instanceof ProgramError && error.code === code && text.test(error.message))
  const bytes = compiled.program
  const changed = (at, value) => Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte))
  refused(new Uint8Array(), 'too_short', /cut off\? \(0 bytes\)/)
  refused(bytes.slice(0, 40), 'too_short', /cut off/)
  refused(new TextEncoder().encode('<!doctype html>'.repeat(20)), 'not_a_program', /GET \/v1\/program/)
  refused(changed(4, 99), 'unsupported_version', /update the `isoflag` package/)
  refused(changed(15, 0x80), 'missing_capability', /update the `isoflag` package/)
  refused(bytes.slice(0, -8), 'too_short', /cut off/)
  refused(Uint8Array.from([...bytes, 0]), 'corrupt', /fetch it again/)
  for (const given of [Uint8Array.from(bytes).buffer, undefined])
    assert.throws(() => loadProgram(given), { name: 'TypeError', message: 'a program is a `Uint8Array`: wrap the `ArrayBuffer` in one' })
})

test('a program with any one byte damaged is refused, or decides without throwing', () => {
  const context = { visitorId: 'v-1', account: 7, country: 'US', plan: 'pro', age: 20, internal: false }
  const whole = program.decideAll(context)
  for (let at = 0; at < compiled.program.length; at++) {
    for (const flip of [0x01, 0xff]) {
      const bytes = Uint8Array.from(compiled.program)
      bytes[at] ^= flip
      let damaged
      try {
        damaged = loadProgram(bytes)
      } catch (error) {
        assert.equal(error.name, 'ProgramError')
        continue
      }
      damaged.decideAll(context)
      for (const flag of Object.keys(whole)) damaged.decide(flag, context)
      damaged.dispose()
    }
  }
  assert.deepEqual(program.decideAll(context), whole, 'the whole program beside them is untouched')
})

test('a disposed program says so, twice disposing is once', () => {
  const short = loadProgram(compiled.program)
  short.dispose()
  short.dispose()
  assert.throws(() => short.decide('limit', {}), { name: 'ProgramError', code: 'disposed' })
  assert.equal(program.decide('limit', { age: 20 }).value, 99.5)
})

test('many programs live side by side without mixing their contexts', () => {
  const programs = Array.from({ length: 50 }, () => loadProgram(compiled.program))
  const expected = programs.map((_, i) => program.decide('checkout', { visitorId: `v-${i}` }).bucket)
  assert.deepEqual(programs.map((one, i) => one.decide('checkout', { visitorId: `v-${i}` }).bucket), expected)
  for (const one of programs) one.dispose()
})

test('forgotten programs give their memory back', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  // Large enough that a thousand kept ones would need a gigabyte.
  const flags = Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`flag-${i}`, { ...datafile.flags.limit, variants: { low: 10 + i / 8, high: 99.5 } }]))
  const { program: bytes } = compile({ ...datafile, flags })
  assert.ok(bytes.length > 600_000, `${bytes.length}`)
  const swap = async times => {
    for (let i = 0; i < times; i++) {
      assert.equal(loadProgram(bytes).decide('flag-8999', { age: 20 }).value, 99.5)
      if (i % 20 === 19) {
        gc()
        // Finalizers run between turns.
        await new Promise(setImmediate)
      }
    }
  }
  await swap(100)
  const settled = process.memoryUsage().external
  await swap(400)
  assert.ok(process.memoryUsage().external < settled * 1.2, `${settled} → ${process.memoryUsage().external}`)
})
