// The oracle in the words every host uses. It knows no runs: they are derived by the compiler and are compared among hosts.

import { load } from './load.mjs'

/** { name, answer(jobs), seen }: jobs as in `tests/hosts`; `seen` counts everything that was asked, by how it came out. */
export async function oracleHost() {
  const { Oracle } = await load()
  const seen = {}
  const tell = (what, held) => {
    const counts = (seen[what] ??= { held: 0, not: 0 })
    counts[held ? 'held' : 'not']++
  }
  const answer = jobs =>
    jobs.map(({ datafile, environment, cases }) => {
      const oracle = new Oracle(datafile, tell)
      return cases.map(({ flag, ...question }) => {
        const { variant, reason, rule, bucket, unit, id, exposed } = oracle.decide(flag, { environment, now: 0, ...question })
        const value = variant === null ? null : datafile.flags[flag].variants[variant]
        return { variant, value, reason, rule, bucket, exposure: exposed ? { experiment: flag, unitType: unit, unit: id, variant } : null }
      })
    })
  return { name: 'oracle', answer: async jobs => answer(jobs), seen, close: async () => {} }
}
