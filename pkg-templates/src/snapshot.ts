// The snapshot: what the server decided, as the browser gets it.
//
// On the wire it is JSON in ASCII (fit for a header and for people to read), rows instead of objects:
//
//   [1, program, digest, units, rows, problem?]
//   row = [flag, number of the reason, variant, [run, unitType, attestation?] | 0, value?]      value is left out when it equals the variant's name
//
// The digest is two lanes of 32-bit FNV-1a over the program's digest, the units and the rows sorted by flag, attestations left
// out, 16 hex digits. It finds accidents and edits on the way, it is not a signature.

import { SnapshotError } from './errors.ts'
import { REASONS } from './reasons.ts'
import { own, put } from './record.ts'
import type { Decision, Json, Snapshot, SnapshotDecision } from './types.ts'

type Row = readonly [flag: string, reason: number, variant: string | null, exposed: readonly [run: string, unitType: string, attestation?: string] | 0, value?: Json]
type Units = Readonly<Record<string, string>>

/** Puts decisions of one context together. `units` adds to what the exposures tell. */
export function makeSnapshot(program: string, decisions: readonly Decision[], units?: Units, problem?: string): Snapshot {
  const all: Record<string, string> = {}
  const byFlag: Record<string, SnapshotDecision> = {}
  for (const [type, unit] of Object.entries(units ?? {})) put(all, type, unit)
  for (const { flag, variant, value, reason, exposure } of decisions) {
    put(byFlag, flag, { variant, value, reason, exposure })
    if (exposure !== null) put(all, exposure.unitType, exposure.unit)
  }
  const digest = digestOf(program, all, rowsOf(byFlag))
  return { v: 1, program, digest, units: all, decisions: byFlag, ...(problem === undefined ? {} : { problem }) }
}

/** A snapshot without decisions, saying why: every read then gives its fallback. */
export function emptySnapshot(problem: string, units?: Units): Snapshot {
  return makeSnapshot('', [], units, problem)
}

/** Writes a snapshot as ASCII text that fits a header. */
export function encodeSnapshot(snapshot: Snapshot): string {
  const { v, program, digest, units, decisions, problem } = snapshot
  const wire: unknown[] = [v, program, digest, units, rowsOf(decisions, true)]
  if (problem !== undefined) wire.push(problem)
  return JSON.stringify(wire).replace(/[\x7f-\uffff]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'))
}

/** Reads what `encodeSnapshot` wrote. Throws `SnapshotError` when it is not whole or not as it was sent. */
export function decodeSnapshot(text: string): Snapshot {
  let wire: unknown
  try {
    wire = JSON.parse(text)
  } catch {
    throw new SnapshotError(`the snapshot is not JSON (${text.length} characters): was the header cut off?`)
  }
  if (!Array.isArray(wire) || wire[0] !== 1)
    throw new SnapshotError('the snapshot has another version: build server and client from the same `isoflag` package')
  const [, program, digest, units, rows, problem] = wire as [1, string, string, Units, readonly Row[], string?]
  const decisions: Record<string, SnapshotDecision> = {}
  let found: string
  try {
    for (const [flag, reason, variant, exposed, value] of rows) {
      const unit = exposed === 0 ? undefined : own(units, exposed[1])
      put(decisions, flag, {
        variant,
        value: value !== undefined ? value : (variant ?? undefined),
        reason: REASONS[reason] ?? 'unusable',
        exposure:
          exposed === 0 || unit === undefined || variant === null
            ? null
            : { experiment: flag, run: exposed[0], unitType: exposed[1], unit, variant, program, ...(exposed[2] && { attestation: exposed[2] }) },
      })
    }
    found = digestOf(program, units, rowsOf(decisions))
  } catch (cause) {
    throw new SnapshotError('the snapshot is damaged', { cause })
  }
  if (found !== digest)
    throw new SnapshotError(`the snapshot says its digest is \`${digest}\`, its decisions give \`${found}\`: it was changed on the way`)
  return { v: 1, program, digest, units, decisions, ...(problem === undefined ? {} : { problem }) }
}

/**
 * Names the first difference between the server's snapshot and one decided here; `null` when they agree. For apps that
 * decide again in the browser.
 */
export function disagreement(sent: Snapshot, here: Snapshot): string | null {
  if (sent.digest === here.digest && sent.program === here.program) return null
  if (sent.program !== here.program) return `the snapshot was decided by program \`${sent.program}\`, here by \`${here.program}\``
  for (const flag of new Set([...Object.keys(sent.decisions), ...Object.keys(here.decisions)])) {
    const a = own(sent.decisions, flag)
    const b = own(here.decisions, flag)
    if (rowOf(a) !== rowOf(b))
      return `flag \`${flag}\` is \`${a?.variant}\` (${a?.reason}) in the snapshot, \`${b?.variant}\` (${b?.reason}) here`
  }
  return `the snapshot was decided for ${JSON.stringify(sent.units)}, here for ${JSON.stringify(here.units)}`
}

/** What was decided, without who says so. */
function rowOf(decision: SnapshotDecision | undefined): string {
  return JSON.stringify(decision && rowsOf({ '': decision }))
}

function rowsOf(decisions: Readonly<Record<string, SnapshotDecision>>, signed = false): Row[] {
  return Object.entries(decisions).map(([flag, { variant, value, reason, exposure }]) => {
    const tag = signed && exposure?.attestation
    const run = exposure && ([exposure.run, exposure.unitType] as const)
    const exposed = run === null ? 0 : tag ? ([...run, tag] as const) : run
    const row = [flag, REASONS.indexOf(reason), variant, exposed] as const
    return value === undefined || value === variant ? row : [...row, value]
  })
}

function digestOf(program: string, units: Units, rows: readonly Row[]): string {
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([program, Object.entries(units).sort(), sorted])
  let a = 0x811c9dc5
  let b = 0x9dc5811c
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x85ebca6b)
  }
  return hex(a) + hex(b)
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
