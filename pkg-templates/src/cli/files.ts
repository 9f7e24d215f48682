import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError, reasonOf } from './errors.ts'
import type { Io } from './io.ts'

/** A file, or standard input for `-`. */
export async function readBytes(path: string, io: Io): Promise<Buffer> {
  if (path !== '-') {
    return readFile(resolve(io.cwd, path)).catch(error => {
      throw new CliError(`cannot read \`${path}\`: ${reasonOf(error)}`, 'paths are relative to the folder you are in')
    })
  }
  const pieces: Uint8Array[] = []
  for await (const piece of io.stdin) pieces.push(piece)
  return Buffer.concat(pieces)
}

export async function readText(path: string, io: Io): Promise<string> {
  return new TextDecoder().decode(await readBytes(path, io))
}

/** Writes a file, or to standard output for `-`. */
export async function writeOut(path: string, content: string | Uint8Array, io: Io): Promise<void> {
  if (path === '-') return io.out(content)
  await writeFile(resolve(io.cwd, path), content).catch(error => {
    throw new CliError(`cannot write \`${path}\`: ${reasonOf(error, 'folder')}`)
  })
}
