// Random jobs for hosts and oracle: datafiles over the whole model, and questions that hit their boundaries.

import { randomContext, randomNow, randomPin } from './contexts.mjs'
import { randomDatafile } from './datafile.mjs'
import { seeded } from './seed.mjs'

export { seeded } from './seed.mjs'
export { fromWire, toWire } from './wire.mjs'

/** Jobs `{ datafile, environment?, cases: [{ flag, context, now, override?, sticky? }] }`; the same for the same seed. */
export function randomJobs({ seed, datafiles, cases: count }) {
  const random = seeded(seed)
  return Array.from({ length: datafiles }, () => {
    const { datafile, environments, pools, times, units, flags } = randomDatafile(random)
    const keys = [...flags.keys()]
    let asked
    const cases = Array.from({ length: count }, () => {
      // Several flags are asked about one context, as a page does.
      if (!asked || random.chance(0.3)) asked = { context: randomContext(random, { pools, units }), now: randomNow(random, times) }
      const flag = random.chance(0.02) ? random.pick(['nowhere', '', 'hasOwnProperty ', '__proto__']) : random.pick(keys)
      const variants = Object.keys(flags.get(flag)?.variants ?? { a: 1 })
      return { flag, ...asked, ...randomPin(random, variants) }
    })
    return { datafile, ...(environments.length && random.chance(0.8) && { environment: random.pick(environments) }), cases }
  })
}
