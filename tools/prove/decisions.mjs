// Random datafiles over the whole model, asked natively, in Node, workerd and Chromium, and of the oracle, which reads the
// datafile itself: no difference, reasons included.
//   npm run prove -- decisions [triples] [seed] [hosts, by default native,node,workerd,chromium]

import { isDeepStrictEqual } from 'node:util'
import { randomJobs } from '../../tests/hosts/random/index.mjs'
import { oracleHost } from '../../tests/oracle/host.mjs'
import { run as command } from '../lib/run.mjs'
import { root } from '../setup.mjs'

export const needs = ['tools', 'pkg']

const BATCH = { datafiles: 20, cases: 100 }
const REASONS = ['default', 'forced', 'holdout', 'missing_unit', 'off', 'override', 'prerequisite', 'split', 'sticky', 'targeted', 'unknown_flag']

/** The oracle knows no runs. */
const withoutRun = answer => (answer.exposure ? { ...answer, exposure: { ...answer.exposure, run: undefined } } : answer)
const agree = isDeepStrictEqual

export async function run([triples = '1000000', seed = '1', named = 'native,node,workerd,chromium']) {
  await command('cargo', ['build', '--locked', '-p', 'isoflag-tests', '--bins'], { cwd: root })
  const { HOSTS, prepare } = await import('../../tests/hosts/hosts.mjs')
  const oracle = await oracleHost()
  const hosts = []
  const counts = { triples: 0, datafiles: 0, flags: 0, leftOut: 0, differences: 0 }
  const reasons = {}
  try {
    for (const name of named.split(',')) hosts.push(await HOSTS[name]())
    for (let batch = 0; counts.triples < Number(triples); batch++) {
      const drawn = randomJobs({ seed: Number(seed) * 100_000 + batch, ...BATCH })
      // What is written is what JSON can say; a flag that the check refuses is left out, and counted.
      const jobs = prepare(drawn.map(job => ({ ...job, datafile: JSON.parse(JSON.stringify(job.datafile)), lenient: true })))
      const expected = await oracle.answer(jobs)
      const answers = await Promise.all(hosts.map(host => host.answer(jobs)))
      for (const [j, { datafile, environment, cases, leftOut }] of jobs.entries()) {
        counts.datafiles++
        counts.flags += Object.keys(datafile.flags).length
        counts.leftOut += leftOut.flags.length
        for (const [c, question] of cases.entries()) {
          counts.triples++
          reasons[expected[j][c].reason] = (reasons[expected[j][c].reason] ?? 0) + 1
          for (const [h, host] of hosts.entries()) {
            const found = answers[h][j][c]
            if (agree(withoutRun(found), withoutRun(expected[j][c])) && agree(found, answers[0][j][c])) continue
            counts.differences++
            if (counts.differences <= 5) console.error(JSON.stringify({ seed, batch, host: host.name, found, expected: expected[j][c], question, environment, datafile }))
          }
        }
      }
    }
  } finally {
    for (const host of hosts) await host.close()
  }
  report(counts, reasons, oracle.seen, hosts)
}

function report(counts, reasons, seen, hosts) {
  const names = ['the oracle', ...hosts.map(({ name }) => name)]
  console.log(`${counts.triples} triples over ${counts.datafiles} datafiles on ${names.join(', ')}: ${counts.differences} differences`)
  console.log(`${counts.leftOut} of ${counts.flags} flags were refused by the check and left out`)
  console.log(`reasons: ${Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`).join(', ')}`)
  console.log(`asked, and held: ${Object.entries(seen).map(([what, { held, not }]) => `${what} ${held}/${held + not}`).join(', ')}`)
  if (counts.differences) throw new Error(`${counts.differences} differences`)
  if (counts.leftOut > counts.flags / 8) throw new Error('the generator makes too many flags that the check refuses')
  const never = REASONS.filter(reason => !reasons[reason])
  if (never.length) throw new Error(`never occurred: ${never.join(', ')}`)
}
