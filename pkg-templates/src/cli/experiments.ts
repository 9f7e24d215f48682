// experiments.json as commands read it: checked by the same code that the worker checks it with.

import { failure, type Source } from './datafile.ts'
import { readText } from './files.ts'
import type { Io } from './io.ts'
import { didYouMean } from './nearest.ts'
import { analyzer } from './stats.ts'
import type { Problem } from './tools.ts'

export interface Plans extends Source {
  /** The experiments; none when something is wrong. */
  readonly keys: readonly string[]
  readonly problems: readonly Problem[]
}

export async function readPlans(path: string, io: Io): Promise<Plans> {
  const text = await readText(path, io)
  const checked = analyzer().check(text)
  return checked.ok ? { path, text, keys: checked.experiments, problems: [] } : { path, text, keys: [], problems: checked.problems }
}

/** The same for a command that needs sound ones: problems are told and end it. */
export async function readPlansOrFail(path: string, io: Io): Promise<Plans> {
  const plans = await readPlans(path, io)
  if (plans.problems.length === 0) return plans
  throw failure(plans, plans.problems, io)
}

/** Warnings of plans that are for nothing: the datafile has `flags`, and among them are these `experiments`. */
export function idlePlans({ keys }: Plans, flags: readonly string[], experiments: ReadonlySet<string>): Problem[] {
  const idle = keys.filter(key => !experiments.has(key))
  return idle.map(key => ({
    path: `$.experiments[${JSON.stringify(key)}]`,
    message: flags.includes(key)
      ? `no split of the flag \`${key}\` names a \`control\`, so it is no experiment and nothing is measured`
      : `the datafile has no flag \`${key}\`${didYouMean(key, flags)}`,
  }))
}
