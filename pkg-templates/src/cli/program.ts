// A program, from a datafile or as compiled: commands that compare or decide take either.

import { compileOrFail, type Source } from './datafile.ts'
import { CliError } from './errors.ts'
import { readBytes } from './files.ts'
import type { Io } from './io.ts'
import type { CompileOptions } from './tools.ts'

export interface ProgramFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** The datafile, if that is what was named. */
  readonly source: Source | undefined
}

const MAGIC = 'isof'

/** Reads a compiled program as it is, and compiles a datafile. */
export async function readProgram(path: string, io: Io, options: CompileOptions = {}): Promise<ProgramFile> {
  // Once: what `<(git show …)` stands for cannot be read again.
  const bytes = await readBytes(path, io)
  if (bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC) return { path, bytes, source: undefined }
  const source = { path, text: new TextDecoder().decode(bytes) }
  return { path, bytes: compileOrFail(source, io, options).program, source }
}

/** The one program a question is about. Of a compiled one the environment cannot be chosen any more. */
export async function oneProgram(path: string, io: Io, environment: string | undefined): Promise<ProgramFile> {
  const file = await readProgram(path, io, { environment })
  if (file.source !== undefined || environment === undefined) return file
  throw new CliError(`\`${path}\` is compiled, its environment was chosen then`, 'leave --environment out, or name the datafile')
}
