// The console understands exactly what the statistics write: no key missing, none unknown, in the real golden reports.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { goldenReports, root, source } from './world.mjs'

const { report } = await source('wire.ts')
const { problemsOf } = await source('shape.ts')
const reports = await goldenReports()

test('every golden report has the shape of the wire, and there are some', () => {
  assert.ok(Object.keys(reports).length >= 5)
  for (const [file, value] of Object.entries(reports)) assert.deepEqual(problemsOf(report, value, true), [], file)
})

test('a missing key is named with its path', () => {
  const value = structuredClone(reports['report-better.json'])
  delete value.metrics[0].comparisons[0].anytime.liftLow
  assert.deepEqual(problemsOf(report, value, false), ['`$.metrics[0].comparisons[0].anytime.liftLow` must be a number, not missing'])
})

test('an unknown key is refused by tests and overlooked by the console', () => {
  const value = { ...reports['report-better.json'], surprise: 1 }
  assert.deepEqual(problemsOf(report, value, true), ['`$.surprise` is not known'])
  assert.deepEqual(problemsOf(report, value, false), [])
})

test('a wrong type and an unknown state are refused', () => {
  const value = structuredClone(reports['report.json'])
  value.verdict.state = 'winner'
  value.srm.pValue = 'small'
  assert.deepEqual(problemsOf(report, value, false), [
    '`$.srm.pValue` must be a number, not string `small`',
    '`$.verdict.state` must be one of no-data, invalid, collecting, better, worse, no-difference-shown, not string `winner`',
  ])
})

test('the console holds under the strict compiler', () => {
  const checked = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', join(root, 'www')], { encoding: 'utf8' })
  assert.equal(checked.stdout + checked.stderr, '')
  assert.equal(checked.status, 0)
})
