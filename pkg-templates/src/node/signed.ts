// Experiment context between services: who the visitor is and what was decided, signed so that a backend may believe it.
//
//   x-isoflag-context: 1.<base64url of JSON>.<base64url of HMAC-SHA256 over "1.<base64url>">
//
// The secret never leaves the servers. A context is good for minutes, so that one found in a log is worth nothing.

import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The header between services. */
export const CONTEXT_HEADER = 'x-isoflag-context'

/** Proxies commonly refuse headers beyond 8 kB. */
const LONGEST = 6_000

export interface ExperimentContext {
  /** Unit type → unit. */
  readonly units: Readonly<Record<string, string>>
  /** Experiment → the variant this visitor was given. */
  readonly experiments: Readonly<Record<string, string>>
}

function signature(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

/** Writes a context as the value of the header. Throws when it is too long to travel. */
export function signContext(context: ExperimentContext, secret: string, now: number = Date.now()): string {
  const payload = JSON.stringify([context.units, context.experiments, now])
  const text = `1.${Buffer.from(payload).toString('base64url')}`
  const value = `${text}.${signature(text, secret).toString('base64url')}`
  if (value.length > LONGEST) throw new RangeError(`the experiment context is a header of ${value.length} bytes, ${LONGEST} can travel: pass on fewer units or experiments`)
  return value
}

/** Reads the header back: `null` when it is absent, forged, damaged, or older than `maxAgeSeconds`. */
export function readContext(
  header: string | readonly string[] | undefined,
  secret: string,
  maxAgeSeconds = 300,
  now: number = Date.now(),
): ExperimentContext | null {
  // Sent twice it is one of a stranger's: the outermost proxy should have taken it off.
  if (typeof header !== 'string') return null
  const end = header.lastIndexOf('.')
  const text = header.slice(0, end)
  const given = Buffer.from(header.slice(end + 1), 'base64url')
  const expected = signature(text, secret)
  if (end < 0 || !text.startsWith('1.') || given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const [units, experiments, at] = JSON.parse(Buffer.from(text.slice(2), 'base64url').toString()) as [
    ExperimentContext['units'],
    ExperimentContext['experiments'],
    number,
  ]
  // Clocks of two machines may differ either way.
  return Math.abs(now - at) <= maxAgeSeconds * 1000 ? { units, experiments } : null
}
