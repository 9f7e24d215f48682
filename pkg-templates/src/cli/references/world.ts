// The code base: which files there are, which of them can matter, each parsed at most once and only when asked for.

import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { TELLING } from './api.ts'
import { Imports } from './imports.ts'
import { readSource, type Source } from './source.ts'
import type { Files } from './walk.ts'

export interface Unread {
  readonly path: string
  readonly message: string
}

export class World {
  /** Files that could not be parsed. */
  readonly unread: Unread[] = []
  readonly #cwd: string
  readonly #imports: Imports
  readonly #sources = new Map<string, Source | undefined>()
  readonly #paths = new Map<Source, string>()

  constructor(cwd: string, root: string, manifests: readonly string[]) {
    this.#cwd = cwd
    this.#imports = new Imports(root, packages(manifests))
  }

  /** The file an import leads to. */
  imported(specifier: string, from: Source): Source | undefined {
    const path = this.#imports.resolve(specifier, this.#paths.get(from) ?? '')
    return path === undefined ? undefined : this.source(path)
  }

  source(path: string): Source | undefined {
    if (this.#sources.has(path)) return this.#sources.get(path)
    const shown = relative(this.#cwd, path)
    let source: Source | undefined
    try {
      source = readSource(shown, readFileSync(path, 'utf8'))
      this.#paths.set(source, path)
    } catch (error) {
      this.unread.push({ path: shown, message: (error as Error).message })
    }
    this.#sources.set(path, source)
    return source
  }

  /**
   * The files in which a use can stand: those that speak of isoflag or of a flag, and whatever imports them, however far away.
   * The others are read and not parsed.
   */
  async relevant({ sources }: Files, keys: ReadonlySet<string>): Promise<string[]> {
    const importers = new Map<string, string[]>()
    const queue: string[] = []
    for (const path of sources) {
      const text = await readFile(path, 'utf8').catch(() => undefined)
      // Listed by git and deleted since.
      if (text === undefined) continue
      if (speaks(text, keys)) queue.push(path)
      for (const [, specifier = ''] of text.matchAll(IMPORT)) {
        const target = this.#imports.resolve(specifier, path)
        if (target === undefined) continue
        const others = importers.get(target)
        if (others === undefined) importers.set(target, [path])
        else others.push(path)
      }
    }
    const seen = new Set(queue)
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      for (const importer of importers.get(path) ?? []) {
        if (seen.has(importer)) continue
        seen.add(importer)
        queue.push(importer)
      }
    }
    return [...seen].sort()
  }
}

const IMPORT = /\b(?:from|import|require)\s*\(?\s*["'`]([^"'`\n]+)["'`]/g
const TELLING_NAME = new RegExp(`isoflag|\\b(?:${Object.keys(TELLING).join('|')})\\b`)
const QUOTED = /(["'`])([^"'`\n\\]+)\1/g

function speaks(text: string, keys: ReadonlySet<string>): boolean {
  if (TELLING_NAME.test(text)) return true
  for (const [, , quoted = ''] of text.matchAll(QUOTED)) if (keys.has(quoted)) return true
  return false
}

function packages(manifests: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const path of manifests) {
    try {
      const { name } = JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown }
      if (typeof name === 'string' && !found.has(name)) found.set(name, dirname(path))
    } catch {
      // No package, then.
    }
  }
  return found
}
