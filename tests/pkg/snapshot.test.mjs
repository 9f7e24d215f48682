// The snapshot on its way from server to browser.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, datafile, install } from './support.mjs'

const { decodeSnapshot, disagreement, emptySnapshot, encodeSnapshot, loadProgram } = await (await install()).import('isoflag')
const program = loadProgram(compile(datafile).program)
const context = { visitorId: 'emoji 😀 "quoted" \\ \n é', account: 7, country: 'US', age: 20 }
const snapshot = program.snapshot(context)

test('a snapshot holds every decision, its program and who it is for', () => {
  assert.equal(snapshot.program, program.digest)
  assert.deepEqual(snapshot.units, { visitorId: context.visitorId, account: '7' })
  for (const [flag, { variant, value, reason, exposure }] of Object.entries(program.decideAll(context)))
    assert.deepEqual(Object.getOwnPropertyDescriptor(snapshot.decisions, flag).value, { variant, value, reason, exposure })
})

test('what is encoded is what is decoded, whatever it holds', () => {
  assert.deepEqual(decodeSnapshot(encodeSnapshot(snapshot)), snapshot)
  const text = encodeSnapshot(program.snapshot({}))
  assert.deepEqual(decodeSnapshot(text), program.snapshot({}))
  assert.deepEqual(decodeSnapshot(encodeSnapshot(emptySnapshot('no “worker”', { visitorId: 'v' }))), emptySnapshot('no “worker”', { visitorId: 'v' }))
})

test('on the other side exposures name the program too', () => {
  const { exposure } = decodeSnapshot(encodeSnapshot(snapshot)).decisions.checkout
  assert.equal(exposure.program, program.digest)
})

test('the text fits a header', () => {
  const text = encodeSnapshot(snapshot)
  assert.match(text, /^[\x20-\x7e]+$/)
  assert.equal(new Headers({ 'x-isoflag-snapshot': text }).get('x-isoflag-snapshot'), text)
})

test('it can be cut to the flags a page needs', () => {
  const few = program.snapshot(context, { flags: ['limit', 'nope'], units: { visitorId: 'v-1' } })
  assert.deepEqual(Object.keys(few.decisions), ['limit', 'nope'])
  assert.equal(few.decisions.nope.reason, 'unknown_flag')
  assert.deepEqual(few.units, { visitorId: 'v-1' })
  assert.deepEqual(decodeSnapshot(encodeSnapshot(few)), few)
})

test('the same decisions have the same digest, others another', () => {
  assert.equal(program.snapshot(context).digest, snapshot.digest)
  assert.match(snapshot.digest, /^[0-9a-f]{16}$/)
  const reversed = program.snapshot(context, { flags: program.keys().reverse() })
  assert.equal(reversed.digest, snapshot.digest, 'the order of flags does not matter')
  const digests = new Set(Array.from({ length: 2000 }, (_, i) => program.snapshot({ visitorId: `v-${i}` }).digest))
  assert.equal(digests.size, 2000)
})

test('a snapshot changed on its way is found out', () => {
  const text = encodeSnapshot(snapshot)
  for (const [from, to] of [['"high"', '"low"'], [',99.5', ',99.6'], [program.digest, 'f'.repeat(64)], ['["limit",1', '["limit",2']]) {
    assert.ok(text.includes(from), from)
    assert.throws(() => decodeSnapshot(text.replace(from, to)), { name: 'SnapshotError', message: /changed on the way/ })
  }
})

test('what is no snapshot is refused in words', () => {
  for (const [text, message] of [
    [encodeSnapshot(snapshot).slice(0, 100), /not JSON \(100 characters\): was the header cut off/],
    ['', /not JSON/],
    ['[2,"","",{},[]]', /another version/],
    ['{}', /another version/],
    ['[1,"","",{},[null]]', /damaged/],
    ['[1]', /damaged/],
  ])
    assert.throws(() => decodeSnapshot(text), error => error.name === 'SnapshotError' && message.test(error.message), text)
})

test('a disagreement is named', () => {
  assert.equal(disagreement(snapshot, program.snapshot(context)), null)
  assert.match(disagreement(snapshot, program.snapshot({ ...context, age: 3 })), /flag `limit` is `high` \(targeted\) in the snapshot, `low` \(default\) here/)
  assert.match(disagreement(snapshot, { ...snapshot, program: 'other' }), /decided by program `[0-9a-f]{64}`, here by `other`/)
  assert.match(disagreement(program.snapshot({}, { flags: [], units: { a: '1' } }), program.snapshot({}, { flags: [], units: { a: '2' } })), /decided for \{"a":"1"\}, here for \{"a":"2"\}/)
})
