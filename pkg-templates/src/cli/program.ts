// A program, from a datafile or as compiled: commands that compare or decide take either.

import { compileOrFail, type Source } from './datafile.ts'
import { readBytes } from './files.ts'
import type { Io } from './io.ts'

export interface ProgramFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** The datafile, if that is what was named. */
  readonly source: Source | undefined
}

const MAGIC = 'isof'

/** Reads a compiled program as it is, and compiles a datafile; `previous` is a program it is to replace. */
export async function readProgram(path: string, io: Io, previous?: Uint8Array): Promise<ProgramFile> {
  // Once: what `<(git show …)` stands for cannot be read again.
  const bytes = await readBytes(path, io)
  if (bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC) return { path, bytes, source: undefined }
  const source = { path, text: new TextDecoder().decode(bytes) }
  return { path, bytes: compileOrFail(source, io, previous).program, source }
}
