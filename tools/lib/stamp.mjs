// Knows whether a build step has anything to do: a stamp holds the hash of what the step read last time.

import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const IGNORED = new Set(['node_modules', '.next', 'target', 'build'])

async function* files(path) {
  const found = await stat(path).catch(() => null)
  if (!found) return
  if (found.isFile()) yield path
  else {
    for (const entry of (await readdir(path)).sort()) if (!IGNORED.has(entry)) yield* files(join(path, entry))
  }
}

/** The hash of every file below the given paths, names included. */
export async function hashOf(root, paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    for await (const file of files(join(root, path))) {
      hash.update(file.slice(root.length)).update('\0').update(await readFile(file)).update('\0')
    }
  }
  return hash.digest('hex')
}

/** Runs `step` unless its inputs are what they were and its outputs are there. Says whether it ran. */
export async function unlessFresh({ root, name, inputs, outputs }, step) {
  const stamp = join(root, 'build', '.stamps', name)
  const hash = await hashOf(root, inputs)
  const there = await Promise.all(outputs.map(output => stat(join(root, output)).catch(() => null)))
  if (there.every(Boolean) && (await readFile(stamp, 'utf8').catch(() => '')) === hash) return false
  await step()
  await mkdir(dirname(stamp), { recursive: true })
  await writeFile(stamp, hash)
  return true
}
