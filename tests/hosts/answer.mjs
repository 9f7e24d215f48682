// What every JavaScript host does with its jobs. The package is handed in: each host imports its own entry of it.

import { fromWire } from './random/wire.mjs'

/** jobs: [{ program: base64, runs, cases: [{ flag, context, now?, override?, sticky? }] }] → the decisions, a list a job. */
export function answer(isoflag, jobs) {
  return jobs.map(({ program: base64, runs, cases }) => {
    const program = isoflag.loadProgram(Uint8Array.from(atob(base64), char => char.charCodeAt(0)))
    const answers = cases.map(({ flag, context: wired, now = 0, override, sticky }) => {
      const context = fromWire(wired)
      const named = one => (one === undefined ? {} : { [flag]: one })
      const kept = sticky === undefined ? undefined : { variant: sticky, run: Object.hasOwn(runs, flag) ? runs[flag] : undefined }
      const options = { now, overrides: named(override), sticky: named(kept) }
      const { variant, value, reason, rule, bucket, exposure } = program.decide(flag, context, options)
      // All flags at once is another way into the engine: it must be the same.
      const all = program.values(context, options)
      const again = [program.value(flag, context, options), Object.hasOwn(all, flag) ? all[flag] : undefined]
      if (!again.every(one => Object.is(one, value))) return { reason: `value, values and decide disagree: ${JSON.stringify([...again, value])}` }
      // Which program it was the other answerers do not say.
      const { program: by, ...shown } = exposure ?? { program: program.digest }
      if (by !== program.digest) return { reason: `the exposure names the program ${by}` }
      return { variant, value: value === undefined ? null : value, reason, rule, bucket, exposure: exposure && shown }
    })
    program.dispose()
    return answers
  })
}
