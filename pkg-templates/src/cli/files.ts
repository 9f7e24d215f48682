import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError, reasonOf } from './errors.ts'
import type { Io } from './io.ts'

/** The text of a file, or of standard input for `-`. */
export async function readText(path: string, io: Io): Promise<string> {
  if (path !== '-') {
    return readFile(resolve(io.cwd, path), 'utf8').catch(error => {
      throw new CliError(`cannot read \`${path}\`: ${reasonOf(error)}`, 'paths are relative to the folder you are in')
    })
  }
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of io.stdin) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

/** Writes a file, or to standard output for `-`. */
export async function writeOut(path: string, content: string | Uint8Array, io: Io): Promise<void> {
  if (path === '-') return io.out(content)
  await writeFile(resolve(io.cwd, path), content).catch(error => {
    throw new CliError(`cannot write \`${path}\`: ${reasonOf(error)}`)
  })
}
