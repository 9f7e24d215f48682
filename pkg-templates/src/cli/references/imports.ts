// From the text behind `from` to a file of the code base: relative paths, `paths` of tsconfig.json, packages of the workspace.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { SOURCE } from './walk.ts'

const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.astro']
const INDEXES = ['/index.ts', '/index.tsx', '/index.js', '/index.jsx', '/index.mjs', '/index.cjs']

interface Paths {
  readonly base: string
  readonly patterns: readonly (readonly [string, readonly string[]])[]
}

export class Imports {
  readonly #root: string
  /** Folders of workspace packages by name. */
  readonly #packages: ReadonlyMap<string, string>
  readonly #paths = new Map<string, Paths | undefined>()
  readonly #found = new Map<string, string | undefined>()

  constructor(root: string, packages: ReadonlyMap<string, string>) {
    this.#root = root
    this.#packages = packages
  }

  /** The absolute path of the file, if it is one of this code base. */
  resolve(specifier: string, from: string): string | undefined {
    const folder = dirname(from)
    const id = `${folder}\0${specifier}`
    if (!this.#found.has(id)) this.#found.set(id, this.#resolve(specifier, folder))
    return this.#found.get(id)
  }

  #resolve(specifier: string, folder: string): string | undefined {
    if (specifier.startsWith('.')) return file(resolve(folder, specifier))
    const paths = this.#pathsFor(folder)
    for (const [pattern, targets] of paths?.patterns ?? []) {
      const rest = match(pattern, specifier)
      if (rest === undefined) continue
      for (const target of targets) {
        const found = file(resolve(paths?.base ?? folder, target.replace('*', rest)))
        if (found !== undefined) return found
      }
    }
    for (const [name, dir] of this.#packages) {
      if (specifier !== name && !specifier.startsWith(`${name}/`)) continue
      const rest = specifier.slice(name.length)
      // What a package exports is often built; what was written lies beside it or below src.
      return (rest === '' ? entry(dir) : undefined) ?? file(join(dir, rest)) ?? file(join(dir, 'src', rest))
    }
    return undefined
  }

  /** The `paths` that hold in a folder: of the nearest tsconfig.json or jsconfig.json. */
  #pathsFor(folder: string): Paths | undefined {
    if (!this.#paths.has(folder)) {
      const config = ['tsconfig.json', 'jsconfig.json'].map(name => join(folder, name)).find(existsSync)
      const up = dirname(folder)
      const inside = folder.startsWith(this.#root) && up !== folder && folder !== this.#root
      this.#paths.set(folder, (config === undefined ? undefined : pathsOf(config)) ?? (inside ? this.#pathsFor(up) : undefined))
    }
    return this.#paths.get(folder)
  }
}

function entry(dir: string): string | undefined {
  try {
    const { source, main } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Record<string, unknown>
    for (const name of [source, main]) {
      const found = typeof name === 'string' ? file(join(dir, name)) : undefined
      if (found !== undefined && !/[\\/](dist|build|lib)[\\/]/.test(found)) return found
    }
  } catch {
    // A package without a readable package.json is looked for by the usual names.
  }
  return file(join(dir, 'src')) ?? file(dir)
}

function pathsOf(config: string, depth = 0): Paths | undefined {
  let read: { extends?: unknown; compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> } }
  try {
    read = JSON.parse(withoutComments(readFileSync(config, 'utf8'))) as typeof read
  } catch {
    return undefined
  }
  const { paths, baseUrl } = read.compilerOptions ?? {}
  const base = resolve(dirname(config), baseUrl ?? '.')
  if (paths !== undefined) return { base, patterns: Object.entries(paths) }
  if (baseUrl !== undefined) return { base, patterns: [['*', ['*']]] }
  if (typeof read.extends !== 'string' || !read.extends.startsWith('.') || depth > 8) return undefined
  const above = resolve(dirname(config), read.extends)
  return pathsOf(above.endsWith('.json') ? above : `${above}.json`, depth + 1)
}

/** tsconfig.json may have comments and commas before a closing bracket. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '')
}

function match(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === specifier ? '' : undefined
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)]
  const fits = specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after)
  return fits ? specifier.slice(before.length, specifier.length - after.length) : undefined
}

/** The source file that is meant; images, styles and data are none. */
function file(path: string): string | undefined {
  if (SOURCE.test(path) && isFile(path)) return path
  for (const ending of ENDINGS) if (isFile(path + ending)) return path + ending
  // `./x.js` is what TypeScript wants written for x.ts.
  const written = /^(.*)\.([cm]?)jsx?$/.exec(path)
  if (written) for (const ending of [`.${written[2]}ts`, '.tsx']) if (isFile(`${written[1]}${ending}`)) return `${written[1]}${ending}`
  return INDEXES.map(index => path + index).find(isFile)
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    // Not there, or below something that is no folder (`./style.css/index.ts`): not the file that is meant.
    return false
  }
}
