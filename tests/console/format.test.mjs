import assert from 'node:assert/strict'
import { test } from 'node:test'
import { source } from './world.mjs'

const format = await source('format.ts')

const cases = (name, write, expected) =>
  test(name, () => {
    for (const [value, text] of expected) assert.equal(write(value), text, String(value))
  })

cases('a rate keeps three digits whatever its size', format.rate, [[0.0318, '3.18%'], [0.1, '10.0%'], [0.00041, '0.041%'], [0, '0%'], [1, '100.0%'], [null, '–']])
cases('a lift always carries its sign, with a real minus, and nothing is minus zero', format.lift, [[0.098, '+9.8%'], [-0.021, '−2.1%'], [0, '0.0%'], [-0.00001, '0.0%'], [0.00001, '0.0%'], [12.5, '+1,250%'], [null, '–']])
cases('a share is short when it can be', format.share, [[0.5, '50%'], [0.3333, '33.3%'], [0.975, '97.5%'], [1, '100%']])
cases('a p-value is never zero', format.pValue, [[3e-11, '<\u00a00.0001'], [0.0086, '0.0086'], [0.0189, '0.019'], [0.43, '0.43'], [1, '1.00'], [null, '–']])
cases('a count is grouped', format.count, [[0, '0'], [106422, '106,422'], [4999.14, '4,999']])

test('a difference is in percentage points for rates and in units for means', () => {
  assert.equal(format.difference(0.0051, true), '+0.51\u00a0pp')
  assert.equal(format.difference(-0.0000001, true), '0.00\u00a0pp')
  assert.equal(format.difference(0.739, false), '+0.739')
  assert.equal(format.difference(-12.5, false), '−12.50')
})

test('money has two decimals and its unit, a small mean keeps its digits', () => {
  assert.equal(format.total(70945, 'EUR'), '70,945.00\u00a0EUR')
  assert.equal(format.total(324, null), '324')
  assert.equal(format.mean(2.42696, false, 'EUR'), '2.43\u00a0EUR')
  assert.equal(format.mean(0.01108, false, null), '0.0111')
})

test('days and moments are utc', () => {
  assert.equal(format.shortDay('2026-11-20'), '20 Nov')
  assert.equal(format.moment(Date.UTC(2026, 10, 20, 23, 59, 58)), '20 Nov 2026, 23:59:58 UTC')
})
