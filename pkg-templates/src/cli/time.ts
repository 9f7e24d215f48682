import { CliError } from './errors.ts'

const WRITTEN = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Milliseconds since 1970 of a time as written: RFC 3339 (a bare date is midnight UTC), or the number itself. */
export function timeOf(written: string): number | undefined {
  const ms = /^-?\d+$/.test(written) ? Number(written) : WRITTEN.test(written) ? Date.parse(written) : NaN
  return Number.isSafeInteger(ms) ? ms : undefined
}

/** The value of `--now`, or the clock's. */
export function nowOf(written: string | undefined, clock: () => number): number {
  if (written === undefined) return clock()
  const ms = timeOf(written)
  if (ms === undefined) {
    throw new CliError(
      `\`--now ${written}\` is no time`,
      'write 2026-11-24, 2026-11-24T12:00:00Z (with Z or an offset), or milliseconds since 1970',
    )
  }
  return ms
}
