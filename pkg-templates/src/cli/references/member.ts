import type { ClassMethod, ClassPrivateMethod } from '@babel/types'
import { PROPERTIES } from './api.ts'
import { type Class, isClass, type Node, plainName } from './ast.ts'
import { returned } from './call.ts'
import { type Evaluator, own } from './evaluate.ts'
import type { Source } from './source.ts'
import { typed } from './type.ts'
import { text, unite, UNKNOWN, type Value } from './value.ts'

/** What a property of any of these values can be. */
export function member(evaluator: Evaluator, values: readonly Value[], name: string): readonly Value[] {
  return unite(
    values.flatMap((value): readonly Value[] => {
      const property = value.kind === 'unknown' || value.kind === 'parameter' ? own(PROPERTIES, name) : undefined
      if (property !== undefined) return [{ kind: 'api', shape: property }]
      switch (value.kind) {
        case 'api':
          return api(value.shape.members, name)
        case 'module':
          return evaluator.exported(value.source, name)
        case 'list':
          return /^\d+$/.test(name) ? value.items : UNKNOWN
        case 'parameter':
          return [{ ...value, path: [...value.path, name], typed: [] }]
        case 'instance':
          return isClass(value.node) ? (ofClass(evaluator, value.node, value.source, name, false) ?? UNKNOWN) : UNKNOWN
        case 'written':
          return ofWritten(evaluator, value.node, value.source, name) ?? UNKNOWN
        default:
          return UNKNOWN
      }
    }),
  )
}

/** What any member of these values can be: the elements of a list, the values of a record. */
export function members(evaluator: Evaluator, values: readonly Value[]): readonly Value[] {
  return unite(
    values.flatMap((value): readonly Value[] => {
      if (value.kind === 'list') return value.items
      if (value.kind === 'parameter') return UNKNOWN
      if (value.kind !== 'written') return UNKNOWN
      const { node, source } = value
      if (node.type === 'ArrayExpression') {
        return node.elements.flatMap(element => {
          if (element === null) return []
          return element.type === 'SpreadElement'
            ? members(evaluator, evaluator.values(element.argument, source))
            : evaluator.values(element, source)
        })
      }
      return keys(evaluator, value).flatMap(key => (key.kind === 'text' ? (ofWritten(evaluator, node, source, key.text) ?? []) : UNKNOWN))
    }),
  )
}

/** The names of a record's or an enum's members. */
export function keys(evaluator: Evaluator, value: Value): readonly Value[] {
  if (value.kind !== 'written') return UNKNOWN
  const { node, source } = value
  if (node.type === 'TSEnumDeclaration') return enumMembers(node).map(({ id }) => text(plainName(id, false) ?? ''))
  if (node.type !== 'ObjectExpression') return UNKNOWN
  return node.properties.flatMap((property): readonly Value[] => {
    if (property.type === 'SpreadElement') return evaluator.values(property.argument, source).flatMap(spread => keys(evaluator, spread))
    const name = plainName(property.key, property.computed)
    return name === undefined ? evaluator.values(property.key, source) : [text(name)]
  })
}

function api(members: NonNullable<Extract<Value, { kind: 'api' }>['shape']['members']> | undefined, name: string): readonly Value[] {
  const found = members === undefined ? undefined : own(members, name)
  return found === undefined ? UNKNOWN : [{ kind: 'api', shape: found }]
}

function enumMembers(node: Extract<Node, { type: 'TSEnumDeclaration' }>) {
  return node.body?.members ?? node.members
}

function ofWritten(evaluator: Evaluator, node: Node, source: Source, name: string): readonly Value[] | undefined {
  if (node.type === 'ObjectExpression') {
    // The last one of a name counts. Without a spread that is not followed, what is not written is not there.
    let whole = true
    for (const property of node.properties.toReversed()) {
      if (property.type === 'SpreadElement') {
        const spread = member(evaluator, evaluator.values(property.argument, source), name)
        if (spread.some(({ kind }) => kind !== 'unknown')) return spread
        if (spread.length > 0) whole = false
        continue
      }
      const written = plainName(property.key, property.computed)
      const fits =
        written === undefined
          ? evaluator.values(property.key, source).some(key => key.kind === 'text' && key.text === name)
          : written === name
      if (!fits) continue
      if (property.type === 'ObjectProperty') return evaluator.values(property.value, source)
      return property.kind === 'get' ? returned(evaluator, property, source) : [{ kind: 'written', node: property, source }]
    }
    return whole ? [] : undefined
  }
  if (node.type === 'ArrayExpression') {
    const element = node.elements[Number(name)]
    return element && element.type !== 'SpreadElement' ? evaluator.values(element, source) : undefined
  }
  if (node.type === 'TSEnumDeclaration') {
    const found = enumMembers(node).find(({ id }) => plainName(id, false) === name)
    return found?.initializer ? evaluator.values(found.initializer, source) : undefined
  }
  return isClass(node) ? ofClass(evaluator, node, source, name, true) : undefined
}

function ofClass(evaluator: Evaluator, node: Class, source: Source, name: string, still: boolean): readonly Value[] | undefined {
  const found: Value[] = []
  let is = false
  for (const one of node.body.body) {
    if (one.type === 'ClassMethod' && one.kind === 'constructor' && !still) {
      for (const parameter of one.params) {
        if (parameter.type !== 'TSParameterProperty') continue
        const { parameter: inner } = parameter
        const identifier = inner.type === 'AssignmentPattern' ? inner.left : inner
        if (identifier.type !== 'Identifier' || identifier.name !== name) continue
        is = true
        found.push(...evaluator.named(name, one.body, source))
      }
    }
    if (!('key' in one) || !('static' in one) || Boolean(one.static) !== still) continue
    if (plainName(one.key, 'computed' in one && one.computed === true) !== name) continue
    is = true
    if (one.type === 'ClassMethod' || one.type === 'ClassPrivateMethod') found.push(...method(evaluator, one, source))
    else if ('value' in one && one.value) found.push(...evaluator.values(one.value as Node, source))
    else if ('typeAnnotation' in one && one.typeAnnotation?.type === 'TSTypeAnnotation')
      found.push(...typed(evaluator, one.typeAnnotation.typeAnnotation, source))
  }
  const given = still ? [] : source.scopes.memberSources(node, name)
  if (given.length > 0) {
    const known = given.flatMap(value => evaluator.values(value, source)).filter(value => found.length === 0 || value.kind !== 'unknown')
    return unite([...found, ...known])
  }
  if (is) return found.length > 0 ? unite(found) : UNKNOWN
  if (!node.superClass) return undefined
  const parents = evaluator.values(node.superClass, source)
  return unite(
    parents.flatMap(parent =>
      parent.kind === 'written' && isClass(parent.node)
        ? (ofClass(evaluator, parent.node, parent.source, name, still) ?? UNKNOWN)
        : UNKNOWN,
    ),
  )
}

function method(evaluator: Evaluator, node: ClassMethod | ClassPrivateMethod, source: Source): readonly Value[] {
  return node.kind === 'get' ? returned(evaluator, node, source) : [{ kind: 'written', node, source }]
}
