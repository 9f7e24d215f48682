// All of it together: the uses of every flag in a code base, and what is left over.

import { relative, resolve } from 'node:path'
import { globs } from './glob.ts'
import { Evaluator } from './evaluate.ts'
import type { Source } from './source.ts'
import { type Dynamic, findUses, type Place, placeOf, type Use } from './uses.ts'
import { filesBelow, type Files } from './walk.ts'
import { type Unread, World } from './world.ts'

export interface References {
  /** How many files there are, and how many of them could matter and were parsed. */
  readonly files: { readonly seen: number; readonly parsed: number }
  readonly uses: readonly Use[]
  readonly dynamic: readonly Dynamic[]
  /** Where the key of a flag that nothing reads stands all the same. */
  readonly mentions: ReadonlyMap<string, readonly Place[]>
  readonly unread: readonly Unread[]
}

export async function findReferences(
  paths: readonly string[],
  ignored: readonly string[],
  cwd: string,
  known: ReadonlySet<string>,
): Promise<References> {
  const ignores = globs(ignored)
  const found = await Promise.all(paths.map(path => filesBelow(resolve(cwd, path))))
  const files: Files = {
    sources: [...new Set(found.flatMap(({ sources }) => sources))].filter(path => !ignores(relative(cwd, path).replaceAll('\\', '/'))),
    manifests: found.flatMap(({ manifests }) => manifests),
  }
  const world = new World(cwd, cwd, files.manifests)
  const relevant = await world.relevant(files, known)
  const sources = relevant.map(path => world.source(path)).filter(source => source !== undefined)
  const { uses, dynamic } = findUses(new Evaluator(world), sources, known)
  const read = new Set(uses.filter(({ kind }) => kind === 'read').map(({ flag }) => flag))
  return {
    files: { seen: files.sources.length, parsed: sources.length },
    uses,
    dynamic,
    mentions: mentions(sources, new Set([...known].filter(key => !read.has(key)))),
    unread: world.unread,
  }
}

/** A key may be read in a way that is not followed; where it stands at all is worth knowing before a flag is deleted. */
function mentions(sources: readonly Source[], keys: ReadonlySet<string>): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>()
  const add = (key: string, place: Place): void => {
    const places = found.get(key)
    if (places === undefined) found.set(key, [place])
    else places.push(place)
  }
  for (const source of sources) {
    const seen = new Set<number>()
    for (const node of source.texts) {
      const text = node.type === 'StringLiteral' ? node.value : (node.quasis[0]?.value.cooked ?? '')
      if (!keys.has(text)) continue
      seen.add(node.start ?? -1)
      add(text, placeOf(source, node))
    }
    // Templates are not parsed: there the quoted text has to do.
    if (!/\.(vue|svelte|astro)$/.test(source.path)) continue
    for (const key of keys) {
      for (const quote of [`"`, `'`, '`']) {
        for (let at = source.text.indexOf(quote + key + quote); at >= 0; at = source.text.indexOf(quote + key + quote, at + 1)) {
          if (seen.has(at)) continue
          const before = source.text.slice(0, at)
          add(key, { file: source.path, line: before.split('\n').length, column: at - before.lastIndexOf('\n'), code: quote + key + quote })
        }
      }
    }
  }
  return found
}
