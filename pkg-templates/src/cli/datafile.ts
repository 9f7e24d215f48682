// The datafile a command works on: found, read, compiled; and its problems, told so that an editor can jump to them.

import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CliError } from './errors.ts'
import { readText } from './files.ts'
import type { Io } from './io.ts'
import { locator, type Place } from './locate.ts'
import { didYouMean } from './nearest.ts'
import { count, type Style } from './style.ts'
import { type Compiled, type CompileOptions, type Problem, tools } from './tools.ts'

/** Where a datafile is looked for when none is named. */
const USUAL = ['datafile.json', 'flags/datafile.json', 'isoflag.json']

export interface Source {
  /** As it was named. */
  readonly path: string
  readonly text: string
}

/** Reads the datafile that was named, as an option or an operand, or the one in its usual place. */
export async function readDatafile(io: Io, ...named: readonly (string | undefined)[]): Promise<Source> {
  const path = findDatafile(io, ...named)
  return { path, text: await readText(path, io) }
}

/** Where it is. */
export function findDatafile(io: Io, ...named: readonly (string | undefined)[]): string {
  const given = named.filter(name => name !== undefined)
  if (given.length > 1) throw new CliError(`two datafiles are named, \`${given[0]}\` and \`${given[1]}\``, 'name one')
  const path = given[0] ?? USUAL.find(usual => existsSync(resolve(io.cwd, usual)))
  if (path === undefined) {
    throw new CliError(
      `no datafile: none is named and there is no ${USUAL.map(usual => `\`${usual}\``).join(', ')} here`,
      'name one: --datafile <file>, or write a first one: isoflag init',
    )
  }
  return path
}

/** The environments a datafile declares. What cannot be read is for the compiler to tell. */
export function environmentsOf(text: string): readonly string[] {
  try {
    const { environments } = JSON.parse(text) as { environments?: unknown }
    return Array.isArray(environments) ? environments.filter(name => typeof name === 'string') : []
  } catch {
    return []
  }
}

/** A slip in the call is none of the file. */
function checkEnvironment({ path, text }: Source, environment: string | undefined): void {
  const declared = environmentsOf(text)
  if (environment === undefined || declared.includes(environment)) return
  const hint = declared.length === 0 ? 'it is the same in all of them; leave --environment out' : `its environments are ${declared.join(', ')}`
  throw new CliError(`\`${path}\` declares no environment \`${environment}\`${didYouMean(environment, declared)}`, hint)
}

/** Says which environments there are where none was chosen: without one a flag is as it is where no environment says otherwise. */
export function noteEnvironments({ path, text }: Source, environment: string | undefined, io: Io): void {
  const declared = environmentsOf(text)
  if (environment !== undefined || declared.length === 0) return
  const what = `\`${path}\` declares the environments ${declared.join(', ')}; without --environment their differences do not count`
  io.err(`${io.errStyle.yellow('note:')} ${what}\n`)
}

/** The plans that lie beside a datafile, if they do. */
export function experimentsBeside(datafile: string, io: Io): string | undefined {
  if (datafile === '-') return undefined
  const path = join(dirname(datafile), 'experiments.json')
  return existsSync(resolve(io.cwd, path)) ? path : undefined
}

export type Program = Extract<Compiled, { ok: true }>

/** Compiles for a command that needs a sound datafile: problems are told and end it. */
export function compileOrFail({ path, text }: Source, io: Io, options?: CompileOptions): Program {
  checkEnvironment({ path, text }, options?.environment)
  const compiled = tools().compile(text, options)
  if (compiled.ok) return compiled
  throw failure({ path, text }, compiled.problems, io, `\`isoflag check ${path}\` shows them again once you have changed it`)
}

/** Tells what is wrong with a file; what comes back ends the command. */
export function failure(source: Source, problems: readonly Problem[], io: Io, hint?: string): CliError {
  io.err(inOrder(problems, source).map(problem => problemText(problem, source, 'error', io.errStyle)).join(''))
  return new CliError(`\`${source.path}\` has ${count(problems.length, 'problem')}`, hint)
}

export type Located = Problem & { readonly place: Place }

/** Problems with their places, in the order in which they stand in the file. */
export function inOrder(problems: readonly Problem[], { text }: Source): Located[] {
  const locate = locator(text)
  const placed = problems.map(problem => ({ ...problem, place: problem.place ?? locate(problem.path) }))
  return placed.sort(({ place: one }, { place: other }) => one.line - other.line || one.column - other.column)
}

/** One problem in two lines: where, for the editor and in the JSON, then what. */
export function problemText({ path: json, message, place }: Located, { path }: Source, kind: 'error' | 'warning', style: Style): string {
  const { line, column } = place
  const word = kind === 'error' ? style.red(kind) : style.yellow(kind)
  return `${style.bold(`${path}:${line}:${column}`)} ${word} ${style.dim(json)}\n  ${message}\n`
}
