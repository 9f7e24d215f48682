// Statistics, Rust as wasm; its glue and its bytes lie beside the bundled commands. Loaded by those commands alone that need it.

import { createRequire } from 'node:module'
import type * as Stats from '../../../build/stats/stats.d.ts'
import type * as Reports from '../../../build/report/report.d.ts'
import { CliError } from './errors.ts'

export type { Cells, Checked, MetricCell, Observed, Report, Run } from '../../../build/report/report.d.ts'
export type { Outcome, PlanAnswer, PlanQuestion, Simulation, Stops, Tally } from '../../../build/stats/stats.d.ts'

let loaded: typeof Stats | undefined

export function stats(): typeof Stats {
  loaded ??= createRequire(import.meta.url)('./stats.cjs') as typeof Stats
  return loaded
}

let reports: typeof Reports | undefined

/** The report is a wasm of its own. */
export function analyzer(): typeof Reports {
  reports ??= createRequire(import.meta.url)('./report.cjs') as typeof Reports
  return reports
}

/** What the statistics refuse is a mistake in the call. */
export function asked<T>(question: () => T): T {
  try {
    return question()
  } catch (error) {
    throw new CliError((error as Error).message)
  }
}
