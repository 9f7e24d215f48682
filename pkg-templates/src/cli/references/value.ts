// What an expression can be, as far as it matters for finding keys. A list of values means: any of these.

import type { Fn, Node } from './ast.ts'
import type { Shape } from './api.ts'
import type { Step } from './scope.ts'
import type { Source } from './source.ts'

export type Value =
  | { readonly kind: 'text'; readonly text: string }
  /** An object, array, function, class or enum as it is written. */
  | { readonly kind: 'written'; readonly node: Node; readonly source: Source }
  | { readonly kind: 'instance'; readonly node: Node; readonly source: Source }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'api'; readonly shape: Shape }
  | { readonly kind: 'module'; readonly source: Source }
  /** What a caller hands in; `typed` is what its type leaves open. */
  | {
      readonly kind: 'parameter'
      readonly fn: Fn
      readonly path: readonly Step[]
      readonly source: Source
      readonly typed: readonly Value[]
    }
  | { readonly kind: 'unknown' }

export const UNKNOWN: readonly Value[] = [{ kind: 'unknown' }]

/** More than this many values are as good as none known. */
const MANY = 500

/** Without repetitions. */
export function unite(values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values
  const kept: Value[] = []
  const texts = new Set<string>()
  for (const value of values) {
    if (value.kind === 'text') {
      if (texts.has(value.text)) continue
      texts.add(value.text)
    } else if (kept.some(other => same(other, value))) continue
    kept.push(value)
  }
  return kept.length > MANY ? UNKNOWN : kept
}

function same(a: Value, b: Value): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'unknown') return true
  if ((a.kind === 'written' || a.kind === 'instance') && 'node' in b) return a.node === b.node
  if (a.kind === 'api' && b.kind === 'api') return a.shape === b.shape
  if (a.kind === 'parameter' && b.kind === 'parameter') return a.fn === b.fn && a.path.join('\0') === b.path.join('\0')
  return false
}

export function text(text: string): Value {
  return { kind: 'text', text }
}
