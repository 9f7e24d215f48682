// One file of a code base, parsed: its names, its exports, the calls in it and the texts it holds.

import { parse, type ParserPlugin } from '@babel/parser'
import type { CallExpression, JSXOpeningElement, NewExpression, OptionalCallExpression, TemplateLiteral, StringLiteral } from '@babel/types'
import { type Node, plainName } from './ast.ts'
import { Scopes } from './scope.ts'

export type Call = CallExpression | OptionalCallExpression | NewExpression | JSXOpeningElement

/** What stands behind an exported name. */
export type Export =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'value'; readonly node: Node }
  | { readonly kind: 'from'; readonly module: string; readonly name: string }

export interface Source {
  /** As it is shown, relative to the folder the command runs in. */
  readonly path: string
  readonly text: string
  readonly scopes: Scopes
  readonly exports: ReadonlyMap<string, Export>
  /** Modules whose every name is handed on. */
  readonly stars: readonly string[]
  readonly calls: readonly Call[]
  /** Property accesses: a record of decisions is read by key. */
  readonly reads: readonly Node[]
  readonly texts: readonly (StringLiteral | TemplateLiteral)[]
}

/** Parses a file. Throws what the parser says when it is no program at all. */
export function readSource(path: string, text: string): Source {
  const root = parseText(path, scripts(path, text))
  const exports = new Map<string, Export>()
  const stars: string[] = []
  const calls: Call[] = []
  const reads: Node[] = []
  const texts: (StringLiteral | TemplateLiteral)[] = []
  const scopes = new Scopes(root, node => {
    switch (node.type) {
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
      case 'JSXOpeningElement':
        calls.push(node)
        return
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        reads.push(node)
        return
      case 'StringLiteral':
        texts.push(node)
        return
      case 'TemplateLiteral':
        if (node.expressions.length === 0) texts.push(node)
        return
      case 'ExportAllDeclaration':
        stars.push(node.source.value)
        return
      case 'ExportDefaultDeclaration': {
        const { declaration } = node
        const named = (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') && declaration.id
        exports.set('default', named ? { kind: 'local', name: named.name } : { kind: 'value', node: declaration })
        return
      }
      case 'ExportNamedDeclaration':
        return named(node, exports)
      case 'AssignmentExpression':
        return commonJs(node.left, node.right, exports)
    }
  })
  return { path, text, scopes, exports, stars, calls, reads, texts }
}

function named(node: Extract<Node, { type: 'ExportNamedDeclaration' }>, exports: Map<string, Export>): void {
  const { declaration, source } = node
  if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier') {
    exports.set(declaration.id.name, { kind: 'local', name: declaration.id.name })
  }
  if (declaration?.type === 'VariableDeclaration')
    for (const { id } of declaration.declarations) for (const name of names(id)) exports.set(name, { kind: 'local', name })
  for (const specifier of node.specifiers) {
    const outside = plainName(specifier.exported, false)
    if (outside === undefined) continue
    if (specifier.type === 'ExportSpecifier') {
      const inside = plainName(specifier.local, false) ?? outside
      exports.set(outside, source ? { kind: 'from', module: source.value, name: inside } : { kind: 'local', name: inside })
    } else if (source) exports.set(outside, { kind: 'from', module: source.value, name: '*' })
  }
}

function names(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [pattern.name]
  if (pattern.type === 'ObjectPattern')
    return pattern.properties.flatMap(property => names(property.type === 'RestElement' ? property.argument : property.value))
  if (pattern.type === 'ArrayPattern') return pattern.elements.flatMap(element => (element ? names(element) : []))
  if (pattern.type === 'AssignmentPattern') return names(pattern.left)
  return []
}

/** `module.exports = …`, `exports.name = …`. */
function commonJs(left: Node, right: Node, exports: Map<string, Export>): void {
  if (left.type !== 'MemberExpression') return
  const name = plainName(left.property, left.computed)
  const { object } = left
  if (object.type === 'Identifier' && object.name === 'module' && name === 'exports') {
    exports.set('default', { kind: 'value', node: right })
    if (right.type !== 'ObjectExpression') return
    for (const property of right.properties) {
      const key = property.type === 'SpreadElement' ? undefined : plainName(property.key, property.computed)
      if (key !== undefined && property.type !== 'SpreadElement')
        exports.set(key, { kind: 'value', node: property.type === 'ObjectProperty' ? property.value : property })
    }
  }
  const whole =
    (object.type === 'Identifier' && object.name === 'exports') ||
    (object.type === 'MemberExpression' && plainName(object.property, object.computed) === 'exports')
  if (whole && name !== undefined) exports.set(name, { kind: 'value', node: right })
}

function parseText(path: string, text: string): Node {
  const typed: ParserPlugin[] = ['typescript', 'decorators', 'decoratorAutoAccessors', 'explicitResourceManagement']
  const ways: ParserPlugin[][] = /\.[cm]?ts$/.test(path) ? [typed] : [[...typed, 'jsx'], ['flow', 'jsx'], typed]
  let first: unknown
  for (const plugins of ways) {
    try {
      return parse(text, {
        sourceType: 'unambiguous',
        errorRecovery: true,
        attachComment: false,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowUndeclaredExports: true,
        sourceFilename: path,
        plugins,
      }).program
    } catch (error) {
      first ??= error
    }
  }
  throw first
}

/** Of Vue, Svelte and Astro the scripts alone, where they stand: everything around them becomes blank. */
function scripts(path: string, text: string): string {
  if (!/\.(vue|svelte|astro)$/.test(path)) return text
  let kept = ''
  const keep = (from: number, to: number): void => {
    kept += blank(text.slice(kept.length, from)) + text.slice(from, to)
  }
  const front = path.endsWith('.astro') ? /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(text) : null
  if (front?.[1] !== undefined) {
    const from = front[0].indexOf('---') + 3
    keep(from, from + front[1].length + 1)
  }
  for (const { 0: whole, 1: open = '', 2: body = '', index } of text.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script\s*>/gi)) {
    const from = index + open.length
    if (from >= kept.length && whole !== '') keep(from, from + body.length)
  }
  return kept + blank(text.slice(kept.length))
}

function blank(text: string): string {
  return text.replace(/[^\n\r]/g, ' ')
}
