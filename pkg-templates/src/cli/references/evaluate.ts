// Follows an expression to what it can be, across names and files. Nothing is run; what cannot be followed is `unknown`.

import { API, type Shape } from './api.ts'
import { bare, type Fn, isClass, isFunction, type Node, plainName } from './ast.ts'
import { called } from './call.ts'
import { member, members } from './member.ts'
import type { Binding, Step } from './scope.ts'
import type { Source } from './source.ts'
import { typed } from './type.ts'
import { text, unite, UNKNOWN, type Value } from './value.ts'
import type { World } from './world.ts'

const DEEPEST = 400

export class Evaluator {
  readonly world: World
  // A node under way has no values yet: what refers to itself adds nothing to itself.
  readonly #known = new Map<Node, readonly Value[]>()
  #depth = 0
  readonly #bindings = new Map<Binding, readonly Value[]>()

  constructor(world: World) {
    this.world = world
  }

  values(written: Node, source: Source): readonly Value[] {
    const node = bare(written)
    const known = this.#known.get(node)
    if (known !== undefined) return known
    // What is nested this deep was not written by a person.
    if (this.#depth >= DEEPEST) return UNKNOWN
    this.#known.set(node, [])
    this.#depth++
    const values = unite(this.#evaluate(node, source))
    this.#depth--
    this.#known.set(node, values)
    return values
  }

  /** What a value's property, element, … leads to. */
  follow(values: readonly Value[], path: readonly Step[]): readonly Value[] {
    let at = values
    for (const step of path) at = step === null ? UNKNOWN : member(this, at, String(step))
    return at
  }

  /** What the elements of a list can be. */
  elements(values: readonly Value[]): readonly Value[] {
    return members(this, values)
  }

  named(name: string, at: Node, source: Source): readonly Value[] {
    const binding = source.scopes.find(name, at)
    if (binding === undefined) return name === 'undefined' ? [] : UNKNOWN
    return this.bound(binding, source)
  }

  bound(binding: Binding, source: Source): readonly Value[] {
    const known = this.#bindings.get(binding)
    if (known !== undefined) return known
    this.#bindings.set(binding, [])
    const byType = binding.type === undefined ? [] : typed(this, binding.type, source)
    const values = unite(
      binding.sources.flatMap((from): readonly Value[] => {
        switch (from.from) {
          case 'expression':
            return this.follow(this.values(from.node, source), from.path)
          case 'each':
            return this.follow(this.elements(this.values(from.node, source)), from.path)
          case 'import':
            return this.imported(from.module, from.name, source)
          case 'declaration':
            return isType(from.node) ? [] : [{ kind: 'written', node: from.node, source }]
          case 'parameter':
            return this.#parameter(from.fn, from.index, from.path, byType, source)
        }
      }),
    )
    // A declared type says what the value itself does not.
    const vague = binding.sources.length === 0 || values.some(({ kind }) => kind === 'unknown')
    const answer =
      vague && byType.length > 0
        ? unite([...values.filter(({ kind }) => kind !== 'unknown'), ...byType])
        : binding.sources.length === 0
          ? UNKNOWN
          : values
    this.#bindings.set(binding, answer)
    return answer
  }

  /** What a module's name is, seen from a file that imports it. */
  imported(module: string, name: string, from: Source): readonly Value[] {
    const api = Object.hasOwn(API, module) ? API[module] : undefined
    if (api !== undefined) return shape(name === '*' ? { members: api } : own(api, name))
    const source = this.world.imported(module, from)
    if (source === undefined) return UNKNOWN
    return name === '*' ? [{ kind: 'module', source }] : this.exported(source, name)
  }

  exported(source: Source, name: string, seen: ReadonlySet<Source> = new Set()): readonly Value[] {
    const found = source.exports.get(name)
    if (found !== undefined) {
      if (found.kind === 'value') return this.values(found.node, source)
      if (found.kind === 'from') return this.imported(found.module, found.name, source)
      const binding = source.scopes.top(found.name)
      return binding === undefined ? UNKNOWN : this.bound(binding, source)
    }
    for (const star of source.stars) {
      const api = Object.hasOwn(API, star) ? own(API[star] ?? {}, name) : undefined
      if (api !== undefined) return shape(api)
      const next = this.world.imported(star, source)
      if (next === undefined || seen.has(next)) continue
      const values = this.exported(next, name, new Set([...seen, source]))
      if (values.some(({ kind }) => kind !== 'unknown')) return values
    }
    return UNKNOWN
  }

  #parameter(fn: Fn, index: number, path: readonly Step[], byType: readonly Value[], source: Source): readonly Value[] {
    const call = source.scopes.parent(fn)
    const declared = path.length > 0 ? this.#partType(fn, index, path, source) : byType
    const api = declared.filter(({ kind }) => kind === 'api')
    if (api.length > 0) return api
    // `promise.then(program => …)`: the value the promise is followed as.
    if (call?.type === 'CallExpression' && call.arguments[0] === fn && index === 0) {
      const { callee } = call
      if (callee.type === 'MemberExpression' && plainName(callee.property, callee.computed) === 'then') {
        return this.follow(this.values(callee.object, source), path)
      }
    }
    const followed = this.follow([{ kind: 'parameter', fn, path: [index], source, typed: [] }], path).filter(({ kind }) => kind === 'api')
    return followed.length > 0 ? followed : [{ kind: 'parameter', fn, path: [index, ...path], source, typed: declared }]
  }

  /** What the type of a destructured parameter says of one of its parts. */
  #partType(fn: Fn, index: number, path: readonly Step[], source: Source): readonly Value[] {
    let parameter: Node | undefined = fn.params[index]
    if (parameter?.type === 'AssignmentPattern') parameter = parameter.left
    const annotation = parameter !== undefined && 'typeAnnotation' in parameter ? parameter.typeAnnotation : undefined
    if (annotation?.type !== 'TSTypeAnnotation') return []
    return typed(this, annotation.typeAnnotation, source, path)
  }

  #evaluate(node: Node, source: Source): readonly Value[] {
    if (isFunction(node) || isClass(node)) return [{ kind: 'written', node, source }]
    switch (node.type) {
      case 'StringLiteral':
        return [text(node.value)]
      case 'NumericLiteral':
        return [text(String(node.value))]
      case 'NullLiteral':
      case 'BooleanLiteral':
        return []
      case 'TemplateLiteral': {
        let texts: readonly Value[] = [text(node.quasis[0]?.value.cooked ?? '')]
        node.expressions.forEach((expression, i) => {
          texts = joined(joined(texts, this.values(expression, source)), [text(node.quasis[i + 1]?.value.cooked ?? '')])
        })
        return texts
      }
      case 'BinaryExpression':
        return node.operator === '+' ? joined(this.values(node.left, source), this.values(node.right, source)) : UNKNOWN
      case 'ConditionalExpression':
        return [...this.values(node.consequent, source), ...this.values(node.alternate, source)]
      case 'LogicalExpression':
        return node.operator === '&&'
          ? this.values(node.right, source)
          : [...this.values(node.left, source), ...this.values(node.right, source)]
      case 'SequenceExpression':
        return this.values(node.expressions.at(-1) ?? node, source)
      case 'AssignmentExpression':
        return this.values(node.right, source)
      case 'Identifier':
      case 'JSXIdentifier':
        return this.named(node.name, node, source)
      case 'ThisExpression': {
        const self = source.scopes.self(node)
        return self === undefined ? UNKNOWN : [{ kind: isClass(self) ? 'instance' : 'written', node: self, source }]
      }
      case 'ObjectExpression':
      case 'ArrayExpression':
      case 'TSEnumDeclaration':
        return [{ kind: 'written', node, source }]
      case 'MemberExpression':
      case 'OptionalMemberExpression':
      case 'JSXMemberExpression': {
        const object = this.values(node.object, source)
        const name = plainName(node.property, node.type !== 'JSXMemberExpression' && node.computed)
        if (name !== undefined) return member(this, object, name)
        // Any of the names it can be; of something unknown, any member at all.
        return this.values(node.property, source).flatMap(value =>
          value.kind === 'text' ? member(this, object, value.text) : members(this, object),
        )
      }
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
        return called(this, node, source)
      case 'ImportExpression':
        return this.#required(node.source, source)
      default:
        return UNKNOWN
    }
  }

  #required(specifier: Node, source: Source): readonly Value[] {
    return this.values(specifier, source).flatMap(value => (value.kind === 'text' ? this.imported(value.text, '*', source) : UNKNOWN))
  }

  /** `require('…')` and `import('…')`, where the call is one. */
  module(callee: Node, argument: Node | undefined, source: Source): readonly Value[] | undefined {
    const loads =
      callee.type === 'Import' ||
      (callee.type === 'Identifier' && callee.name === 'require' && source.scopes.find('require', callee) === undefined)
    return loads && argument !== undefined ? this.#required(argument, source) : undefined
  }
}

/** Every pair of texts, one behind the other. */
function joined(left: readonly Value[], right: readonly Value[]): readonly Value[] {
  const both = (a: Value, b: Value): Value => {
    if (a.kind === 'text' && b.kind === 'text') return text(a.text + b.text)
    // Nothing added to something is it.
    if (a.kind === 'text' && a.text === '') return b
    return b.kind === 'text' && b.text === '' ? a : { kind: 'unknown' }
  }
  return unite(left.flatMap(a => right.map(b => both(a, b))))
}

function shape(found: Shape | undefined): readonly Value[] {
  return found === undefined ? UNKNOWN : [{ kind: 'api', shape: found }]
}

export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function isType(node: Node): boolean {
  return node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration'
}
