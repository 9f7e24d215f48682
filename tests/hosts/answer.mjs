// What every JavaScript host does with its jobs. The package is handed in: each host imports its own entry of it.

import { fromWire } from './random/wire.mjs'

/** jobs: [{ program: base64, cases: [{ flag, context, now?, override?, sticky? }] }] → the decisions, a list a job. */
export function answer(isoflag, jobs) {
  return jobs.map(({ program: base64, cases }) => {
    const program = isoflag.loadProgram(Uint8Array.from(atob(base64), char => char.charCodeAt(0)))
    const answers = cases.map(({ flag, context, now = 0, override, sticky }) => {
      const handed = { now, ...(override !== undefined && { overrides: only(flag, override) }), ...(sticky !== undefined && { sticky: only(flag, sticky) }) }
      const { variant, value, reason, rule, bucket, exposure } = program.decide(flag, fromWire(context), handed)
      return { variant, value: value === undefined ? null : value, reason, rule, bucket, exposure }
    })
    program.dispose()
    return answers
  })
}

/** A table of one, whatever its key is called. */
const only = (key, value) => Object.fromEntries([[key, value]])
