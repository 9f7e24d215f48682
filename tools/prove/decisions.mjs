// Random datafiles and contexts, decided natively, in Node, workerd and Chromium: no difference, reasons included.
//   npm run prove -- decisions [pairs] [seed]

import { strict as assert } from 'node:assert'
import { run as command } from '../lib/run.mjs'
import { root } from '../setup.mjs'
import { randomJobs } from '../../tests/hosts/random.mjs'

export const needs = ['tools', 'pkg']

export async function run([pairs = '100000', seed = '1']) {
  await command('cargo', ['build', '--locked', '-p', 'isoflag-tests', '--bins'], { cwd: root })
  const { HOSTS, prepare } = await import('../../tests/hosts/hosts.mjs')
  const hosts = {}
  for (const [name, start] of Object.entries(HOSTS)) hosts[name] = await start()
  const counts = { pairs: 0, datafiles: 0, differences: 0 }
  const reasons = {}
  try {
    for (let batch = 0; counts.pairs < Number(pairs); batch++) {
      const jobs = prepare(randomJobs({ seed: Number(seed) * 100_000 + batch, datafiles: 20, contexts: 25 }))
      const answers = {}
      for (const [name, host] of Object.entries(hosts)) answers[name] = await host.answer(jobs)
      for (const [j, { cases }] of jobs.entries()) {
        counts.datafiles++
        for (const [c, { flag, context }] of cases.entries()) {
          counts.pairs++
          const expected = answers.native[j][c]
          reasons[expected.reason] = (reasons[expected.reason] ?? 0) + 1
          for (const name of Object.keys(hosts)) {
            try {
              assert.deepEqual(answers[name][j][c], expected)
            } catch {
              counts.differences++
              if (counts.differences <= 5) console.error({ seed, batch, host: name, flag, context, found: answers[name][j][c], expected, datafile: JSON.stringify(jobs[j].datafile) })
            }
          }
        }
      }
    }
  } finally {
    for (const host of Object.values(hosts)) await host.close()
  }
  console.log(`${counts.pairs} pairs over ${counts.datafiles} datafiles on ${Object.keys(hosts).join(', ')}: ${counts.differences} differences`)
  console.log(`reasons: ${Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`).join(', ')}`)
  assert.equal(counts.differences, 0)
  for (const reason of ['off', 'targeted', 'split', 'default', 'missing_unit', 'unknown_flag']) assert.ok(reasons[reason] > 0, `${reason} never occurred`)
}
