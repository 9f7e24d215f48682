// Who is who in one file: every name that is declared, where it may get its value from, and what each use of a name refers to.

import type { Expression, LVal, TSType } from '@babel/types'
import { children, type Class, type Fn, isClass, isFunction, type Node, plainName } from './ast.ts'

/** A way into a value: a property, an element, or (`null`) somewhere that is not followed. */
export type Step = string | number | null

/** Where the value of a name may come from. */
export type Source =
  | { readonly from: 'expression'; readonly node: Node; readonly path: readonly Step[] }
  /** An element of what is iterated. */
  | { readonly from: 'each'; readonly node: Node; readonly path: readonly Step[] }
  | { readonly from: 'parameter'; readonly fn: Fn; readonly index: number; readonly path: readonly Step[] }
  /** `*` is the whole module. */
  | { readonly from: 'import'; readonly module: string; readonly name: string }
  | { readonly from: 'declaration'; readonly node: Node }

export interface Binding {
  readonly name: string
  readonly sources: Source[]
  type?: TSType
}

class Scope {
  readonly names = new Map<string, Binding>()
  readonly parent: Scope | undefined
  /** Where `var` lands. */
  readonly hoists: boolean

  constructor(parent: Scope | undefined, hoists: boolean) {
    this.parent = parent
    this.hoists = hoists
  }

  declare(name: string, hoisted = false): Binding {
    let scope: Scope = this
    while (hoisted && !scope.hoists && scope.parent) scope = scope.parent
    let binding = scope.names.get(name)
    if (binding === undefined) scope.names.set(name, (binding = { name, sources: [] }))
    return binding
  }

  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.find(name)
  }
}

const BLOCKS = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'StaticBlock',
  'TSModuleBlock',
])

export class Scopes {
  readonly #parents = new Map<Node, Node>()
  readonly #scopes = new Map<Node, Scope>()
  readonly #top = new Scope(undefined, true)
  /** Values given to a member of `this`, by class. */
  readonly #members = new Map<Class, Map<string, Node[]>>()

  /** Walks the tree once; `visit` sees each node. */
  constructor(root: Node, visit: (node: Node) => void) {
    const assigned: [Scope, LVal, Expression][] = []
    this.#scopes.set(root, this.#top)
    const walk = (node: Node, outer: Scope): void => {
      let scope = outer
      if (isFunction(node) || isClass(node) || BLOCKS.has(node.type)) {
        this.#scopes.set(node, (scope = new Scope(outer, isFunction(node) || node.type === 'StaticBlock')))
      }
      visit(node)
      declare(node, scope, outer)
      if (node.type === 'AssignmentExpression') {
        assigned.push([scope, node.left as LVal, node.right])
        this.#assignMember(node.left, node.right)
      }
      for (const child of children(node)) {
        this.#parents.set(child, node)
        walk(child, scope)
      }
    }
    walk(root, this.#top)
    for (const [scope, target, right] of assigned) {
      bind(target, [], (name, path, fallback) => {
        const binding = scope.find(name)
        binding?.sources.push({ from: 'expression', node: right, path })
        if (fallback) binding?.sources.push({ from: 'expression', node: fallback, path: [] })
      })
    }
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node)
  }

  /** What a name refers to where it stands. */
  find(name: string, at: Node): Binding | undefined {
    for (let node: Node | undefined = at; node !== undefined; node = this.#parents.get(node)) {
      const scope = this.#scopes.get(node)
      if (scope !== undefined) return scope.find(name)
    }
    return this.#top.find(name)
  }

  /** A name of the file itself. */
  top(name: string): Binding | undefined {
    return this.#top.names.get(name)
  }

  /** The class or object that `this` is, where it stands. */
  self(at: Node): Node | undefined {
    for (let node = this.#parents.get(at); node !== undefined; node = this.#parents.get(node)) {
      if (isClass(node)) return node
      if (node.type === 'ObjectMethod') return this.#parents.get(node)
      if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration') {
        const property = this.#parents.get(node)
        return property?.type === 'ObjectProperty' ? this.#parents.get(property) : undefined
      }
    }
    return undefined
  }

  /** What is given to `this.name` inside a class. */
  memberSources(owner: Class, name: string): readonly Node[] {
    return this.#members.get(owner)?.get(name) ?? []
  }

  #assignMember(target: Node, value: Node): void {
    if (target.type !== 'MemberExpression' || target.object.type !== 'ThisExpression') return
    const owner = this.self(target)
    const name = plainName(target.property, target.computed)
    if (owner === undefined || !isClass(owner) || name === undefined) return
    const members = this.#members.get(owner) ?? new Map<string, Node[]>()
    this.#members.set(owner, members)
    members.set(name, [...(members.get(name) ?? []), value])
  }
}

type Bound = (name: string, path: readonly Step[], fallback: Node | undefined, type: TSType | undefined) => void

/** Every name of a pattern, with the way to its value and the default it has. */
export function bind(pattern: Node, path: readonly Step[], bound: Bound, fallback?: Node): void {
  switch (pattern.type) {
    case 'Identifier': {
      const type = pattern.typeAnnotation?.type === 'TSTypeAnnotation' ? pattern.typeAnnotation.typeAnnotation : undefined
      return bound(pattern.name, path, fallback, type)
    }
    case 'AssignmentPattern':
      return bind(pattern.left, path, bound, pattern.right)
    case 'TSParameterProperty':
      return bind(pattern.parameter, path, bound, fallback)
    case 'RestElement':
      return bind(pattern.argument, [...path, null], bound)
    case 'ArrayPattern':
      return pattern.elements.forEach((element, index) => element && bind(element, [...path, index], bound))
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') bind(property.argument, path, bound)
        else bind(property.value, [...path, plainName(property.key, property.computed) ?? null], bound)
      }
  }
}

function declare(node: Node, scope: Scope, outer: Scope): void {
  if (isFunction(node)) {
    node.params.forEach((param, index) =>
      bind(param, [], (name, path, fallback, type) => {
        const binding = scope.declare(name)
        if (type !== undefined) binding.type = type
        binding.sources.push({ from: 'parameter', fn: node, index, path })
        if (fallback) binding.sources.push({ from: 'expression', node: fallback, path: [] })
      }),
    )
  }
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      if (node.id) outer.declare(node.id.name).sources.push({ from: 'declaration', node })
      return
    case 'FunctionExpression':
    case 'ClassExpression':
      if (node.id && !scope.names.has(node.id.name)) scope.declare(node.id.name).sources.push({ from: 'declaration', node })
      return
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        bind(id, [], (name, path, fallback, type) => {
          const binding = scope.declare(name, node.kind === 'var')
          if (type !== undefined && path.length === 0) binding.type = type
          if (init) binding.sources.push({ from: 'expression', node: init, path })
          if (fallback) binding.sources.push({ from: 'expression', node: fallback, path: [] })
        })
      }
      return
    case 'ForOfStatement':
      if (node.left.type === 'VariableDeclaration') {
        for (const { id } of node.left.declarations) {
          bind(id, [], (name, path) => scope.declare(name).sources.push({ from: 'each', node: node.right, path }))
        }
      }
      return
    case 'CatchClause':
      if (node.param) bind(node.param, [], name => void scope.declare(name))
      return
    case 'ImportDeclaration':
      for (const specifier of node.specifiers) {
        const name =
          specifier.type === 'ImportNamespaceSpecifier'
            ? '*'
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : (plainName(specifier.imported, false) ?? '*')
        scope.declare(specifier.local.name).sources.push({ from: 'import', module: node.source.value, name })
      }
      return
    case 'TSImportEqualsDeclaration':
      if (node.moduleReference.type === 'TSExternalModuleReference') {
        scope.declare(node.id.name).sources.push({ from: 'import', module: node.moduleReference.expression.value, name: '*' })
      }
  }
}
