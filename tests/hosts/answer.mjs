// What every JavaScript host does with its jobs. The package is handed in: each host imports its own entry of it.

/** jobs: [{ program: base64, cases: [{ flag, context }] }] → the decisions, a list a job. */
export function answer(isoflag, jobs) {
  return jobs.map(({ program: base64, cases }) => {
    const program = isoflag.loadProgram(Uint8Array.from(atob(base64), char => char.charCodeAt(0)))
    const answers = cases.map(({ flag, context }) => {
      const { variant, value, reason, rule, bucket, exposure } = program.decide(flag, context)
      return { variant, value: value === undefined ? null : value, reason, rule, bucket, exposure }
    })
    program.dispose()
    return answers
  })
}
