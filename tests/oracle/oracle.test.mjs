// The oracle against what it was not written from: the frozen vectors, published test vectors, and JavaScript's own folding.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { load } from './load.mjs'

const run = promisify(execFile)
const here = path => fileURLToPath(new URL(path, import.meta.url))
const json = async path => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'))

test('its types hold', async () => {
  const { stdout } = await run(process.execPath, [here('../../node_modules/typescript/bin/tsc'), '-p', here('tsconfig.json')]).catch(error => error)
  assert.equal(stdout, '')
})

test('every vector of decisions', async () => {
  const { Oracle } = await load()
  const names = (await readdir(here('../vectors'))).filter(name => name.endsWith('.json') && name !== 'bucketing.json')
  let cases = 0
  for (const name of names) {
    const vectors = await json(`../vectors/${name}`)
    const oracle = new Oracle(vectors.datafile)
    for (const { name: sentence, flag, context, expect, ...question } of vectors.cases) {
      const found = oracle.decide(flag, { now: 0, environment: vectors.environment, ...question, context })
      for (const field of ['variant', 'reason', 'rule', 'bucket']) {
        if (field in expect) assert.deepEqual(found[field], expect[field], `${name}: ${sentence}: ${field}`)
      }
      cases++
    }
  }
  assert.ok(cases > 200, `${cases} cases`)
})

test('every golden bucket and cut', async () => {
  const { armAt, position, bucket, cut } = await load('bucket.ts')
  const golden = await json('../vectors/bucketing.json')
  for (const { salt, unit, position: at, bucket: shown } of golden.cases) {
    assert.equal(position(salt, String(unit)), BigInt(at), `${salt}, ${unit}`)
    assert.equal(bucket(position(salt, String(unit))), shown, `${salt}, ${unit}`)
  }
  for (const { cumulative, cut: expected } of golden.cuts) assert.equal(cut(cumulative / 100), BigInt(expected))
  for (const { index, arms, cut: expected } of golden.evenCuts) {
    const even = Array.from({ length: arms }, () => ({}))
    assert.deepEqual([armAt(BigInt(expected) - 1n, even), armAt(BigInt(expected), even)], [index - 1, index])
  }
})

test('SipHash-2-4-128 of nothing and of one byte, from the authors’ vectors (key 00 01 … 0f)', async () => {
  const { sip24x128 } = await load('siphash.ts')
  const hex = message => {
    const view = new DataView(new ArrayBuffer(16))
    sip24x128(0x0706050403020100n, 0x0f0e0d0c0b0a0908n, message).forEach((half, index) => view.setBigUint64(8 * index, half, true))
    return Buffer.from(view.buffer).toString('hex')
  }
  assert.equal(hex(new Uint8Array()), 'a3817f04ba25a8e66df67214c7550293')
  assert.equal(hex(new Uint8Array([0])), 'da87c1d86b99af44347659119b22fc45')
})

test('letters that differ by case alone are those of /iu', async () => {
  const { sameLetters } = await load('fold.ts')
  const cased = []
  for (let code = 0; code <= 0x1ffff; code++) if (/\p{Changes_When_Casemapped}/u.test(String.fromCodePoint(code))) cased.push(String.fromCodePoint(code))
  const all = cased.join('')
  for (const letter of cased) assert.deepEqual([...sameLetters(letter)].sort(), [...new Set([letter, ...(all.match(new RegExp(letter, 'giu')) ?? [])])].sort(), letter)
  assert.deepEqual([...sameLetters('k')].sort(), ['K', 'k', '\u212a'])
  assert.deepEqual(sameLetters('\u0130'), ['\u0130'])
})
