// The generator reaches everything there is to reach. One that had died quietly would make every comparison hold.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromWire, randomJobs, toWire } from '../hosts/random/index.mjs'
import { load } from './load.mjs'

const REASONS = ['default', 'forced', 'holdout', 'missing_unit', 'off', 'override', 'prerequisite', 'split', 'sticky', 'targeted', 'unknown_flag']
const TESTS = ['exists', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'version', 'date', 'inNetwork', 'contains', 'containsAny', 'containsAll']
const CASED = ['equals', 'in', 'startsWith', 'endsWith', 'includes', 'matches']
const BOUNDS = ['version.equals', 'version.greaterThan', 'version.atLeast', 'version.lessThan', 'version.atMost', 'date.before', 'date.notAfter', 'date.after', 'date.notBefore']
const AROUND = ['all', 'any', 'not', 'segment', 'flag', 'schedule.from', 'schedule.until', 'gate', 'gate, ramped', 'layer', 'holdout']
const ASKED = [...TESTS, ...CASED, ...CASED.map(name => `${name}, any case`), ...BOUNDS, ...AROUND]

test('every reason, and everything that can be asked, both ways', async () => {
  const { Oracle } = await load()
  const seen = new Map()
  const reasons = {}
  for (const { datafile, environment, cases } of randomJobs({ seed: 3, datafiles: 400, cases: 40 })) {
    const oracle = new Oracle(datafile, (what, held) => seen.set(`${what}: ${held}`, (seen.get(`${what}: ${held}`) ?? 0) + 1))
    for (const { flag, ...question } of cases) {
      const { reason } = oracle.decide(flag, { environment, ...question })
      reasons[reason] = (reasons[reason] ?? 0) + 1
    }
  }
  assert.deepEqual(Object.keys(reasons).sort(), REASONS)
  for (const [reason, count] of Object.entries(reasons)) assert.ok(count >= 20, `${reason} came up ${count} times`)
  for (const what of ASKED.flatMap(name => [`${name}: true`, `${name}: false`])) assert.ok(seen.get(what) >= 20, `${what} came up ${seen.get(what)} times`)
  assert.deepEqual([...new Set([...seen.keys()].map(what => what.replace(/: (true|false)$/, '')))].sort(), [...ASKED].sort())
})

test('the same seed makes the same jobs, and they survive the wire', () => {
  const jobs = randomJobs({ seed: 9, datafiles: 40, cases: 20 })
  assert.deepEqual(randomJobs({ seed: 9, datafiles: 40, cases: 20 }), jobs)
  const sent = JSON.stringify(toWire(jobs))
  assert.deepEqual(fromWire(JSON.parse(sent)), jobs)
  for (const special of ['"NaN"', '"-0"', '"Infinity"', '"$surrogates"']) assert.ok(sent.includes(special), `${special} never occurs`)
})
