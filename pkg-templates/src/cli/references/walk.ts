// The source files below a folder: what git keeps or would keep, else everything but what is usually generated.

import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CliError, reasonOf } from '../errors.ts'

const run = promisify(execFile)

export const SOURCE = /\.([cm]?[jt]sx?|vue|svelte|astro)$/
const NEVER = /(^|[\\/])node_modules[\\/]|\.min\.[cm]?js$|\.d\.[cm]?ts$/
/** Without git nothing tells what is generated; these names nearly always are. */
const USUALLY_GENERATED = /(^|[\\/])(node_modules|dist|build|out|coverage|vendor|\.[^\\/]+)[\\/]/

export interface Files {
  /** Sources, absolute, in order. */
  readonly sources: readonly string[]
  /** Manifests of packages, absolute. */
  readonly manifests: readonly string[]
}

/** Lists a folder, or takes a file as it is. */
export async function filesBelow(path: string): Promise<Files> {
  const found = await stat(path).catch(error => {
    throw new CliError(`cannot read \`${path}\`: ${reasonOf(error)}`, 'name folders or files of the code base')
  })
  if (found.isFile()) return { sources: [path], manifests: [] }
  const names = (await byGit(path)) ?? (await byHand(path))
  const kept = names.filter(name => !NEVER.test(name)).sort()
  const absolute = (test: (name: string) => boolean): string[] => kept.filter(test).map(name => join(path, name))
  return { sources: absolute(name => SOURCE.test(name)), manifests: absolute(name => /(^|[\\/])package\.json$/.test(name)) }
}

/** `undefined` where there is no git or no repository. */
async function byGit(folder: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: folder,
      maxBuffer: 1 << 28,
    })
    return [...new Set(stdout.split('\0').filter(name => name !== ''))]
  } catch {
    return undefined
  }
}

async function byHand(folder: string): Promise<string[]> {
  const names: string[] = []
  const into = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const name = join(below, entry.name)
      if (entry.isFile()) names.push(name)
      else if (entry.isDirectory() && !USUALLY_GENERATED.test(`${name}/`)) await into(name)
    }
  }
  await into('')
  return names
}
