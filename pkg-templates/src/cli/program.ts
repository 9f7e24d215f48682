// A program, from a datafile or as compiled: commands that compare or decide take either.

import type { Program } from 'isoflag'
import { compileOrFail, environmentsOf, noteEnvironments, type Source } from './datafile.ts'
import { CliError } from './errors.ts'
import { readBytes } from './files.ts'
import type { Io } from './io.ts'
import type { CompileOptions } from './tools.ts'

export interface ProgramFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** The datafile, if that is what was named. */
  readonly source: Source | undefined
  /** The one it was compiled for, as far as that is known. */
  readonly environment: string | undefined
}

const MAGIC = 'isof'

/** Reads a compiled program as it is, and compiles a datafile: for `home` if none is chosen and it declares environments. */
export async function readProgram(path: string, io: Io, options: CompileOptions = {}, home?: string): Promise<ProgramFile> {
  // Once: what `<(git show …)` stands for cannot be read again.
  const bytes = await readBytes(path, io)
  if (bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC) {
    await openProgram({ path, bytes })
    return { path, bytes, source: undefined, environment: options.environment }
  }
  const source = { path, text: new TextDecoder().decode(bytes) }
  const environment = options.environment ?? (environmentsOf(source.text).length > 0 ? home : undefined)
  return { path, bytes: compileOrFail(source, io, { ...options, environment }).program, source, environment }
}

/** The one program a question is about. Of a compiled one the environment cannot be chosen any more. */
export async function oneProgram(path: string, io: Io, environment: string | undefined): Promise<ProgramFile> {
  const file = await readProgram(path, io, { environment })
  if (file.source !== undefined) noteEnvironments(file.source, environment, io)
  if (file.source !== undefined || environment === undefined) return file
  throw new CliError(`\`${path}\` is compiled, its environment was chosen then`, 'leave --environment out, or name the datafile')
}

/** Opens a program to decide with. */
export async function openProgram({ path, bytes }: Pick<ProgramFile, 'path' | 'bytes'>): Promise<Program> {
  const { loadProgram, ProgramError } = await import('isoflag')
  try {
    return loadProgram(bytes)
  } catch (error) {
    if (error instanceof ProgramError) throw new CliError(`\`${path}\`: ${error.message}`)
    throw error
  }
}
