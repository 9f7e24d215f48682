import type { TSType, TSTypeElement } from '@babel/types'
import { isFunction, type Node, plainName } from './ast.ts'
import { returned } from './call.ts'
import type { Evaluator } from './evaluate.ts'
import { keys, members } from './member.ts'
import type { Step } from './scope.ts'
import type { Source } from './source.ts'
import { text, unite, type Value } from './value.ts'

/** Types that are what their first argument is, for our purpose. */
const SEEN_THROUGH = new Set(['Promise', 'Awaited', 'Readonly', 'NonNullable', 'Required', 'Partial', 'PromiseLike'])

/** What values of a type can be: literal keys, enum members, things of isoflag. Nothing where a type says nothing of use. */
export function typed(evaluator: Evaluator, type: TSType, source: Source, path: readonly Step[] = []): readonly Value[] {
  switch (type.type) {
    case 'TSParenthesizedType':
      return typed(evaluator, type.typeAnnotation, source, path)
    case 'TSUnionType': {
      const parts = type.types
        .filter(({ type }) => type !== 'TSNullKeyword' && type !== 'TSUndefinedKeyword')
        .map(part => typed(evaluator, part, source, path))
      // One part that says nothing leaves all open.
      return parts.some(part => part.length === 0) ? [] : unite(parts.flat())
    }
    case 'TSIntersectionType':
      return unite(type.types.flatMap(part => typed(evaluator, part, source, path)))
    case 'TSLiteralType':
      return type.literal.type === 'StringLiteral' && path.length === 0 ? [text(type.literal.value)] : []
    case 'TSTypeLiteral':
      return ofMembers(evaluator, type.members, source, path)
    case 'TSTypeQuery':
      return type.exprName.type === 'Identifier' ? evaluator.follow(evaluator.named(type.exprName.name, type, source), path) : []
    case 'TSTypeOperator':
      return type.operator === 'keyof' && path.length === 0
        ? typed(evaluator, type.typeAnnotation, source).flatMap(value => texts(keys(evaluator, value)))
        : typed(evaluator, type.typeAnnotation, source, path)
    case 'TSIndexedAccessType':
      return path.length === 0 ? texts(members(evaluator, typed(evaluator, type.objectType, source))) : []
    case 'TSTypeReference':
      return ofReference(evaluator, type, source, path)
    default:
      return []
  }
}

function texts(values: readonly Value[]): readonly Value[] {
  return values.every(({ kind }) => kind === 'text') ? values : []
}

function ofReference(
  evaluator: Evaluator,
  type: Extract<TSType, { type: 'TSTypeReference' }>,
  source: Source,
  path: readonly Step[],
): readonly Value[] {
  const { typeName } = type
  const inner = type.typeParameters?.type === 'TSTypeParameterInstantiation' ? type.typeParameters.params[0] : undefined
  if (typeName.type !== 'Identifier') return []
  const { name } = typeName
  const binding = source.scopes.find(name, type)
  if (binding === undefined) {
    if (inner !== undefined && SEEN_THROUGH.has(name)) return typed(evaluator, inner, source, path)
    if (inner !== undefined && name === 'ReturnType') {
      return typed(evaluator, inner, source).flatMap((value): readonly Value[] => {
        if (value.kind === 'api') return value.shape.call?.returns ? [{ kind: 'api', shape: value.shape.call.returns }] : []
        return value.kind === 'written' && isFunction(value.node) ? returned(evaluator, value.node, value.source) : []
      })
    }
    return []
  }
  for (const from of binding.sources) {
    const found =
      from.from === 'declaration'
        ? ofDeclaration(evaluator, from.node, source, path)
        : from.from === 'import'
          ? ofImport(evaluator, from.module, from.name, source, path)
          : []
    if (found.length > 0) return found
  }
  return []
}

function ofImport(evaluator: Evaluator, module: string, name: string, source: Source, path: readonly Step[]): readonly Value[] {
  const other = evaluator.world.imported(module, source)
  const exported = other?.exports.get(name)
  if (other !== undefined && exported?.kind === 'local') {
    for (const from of other.scopes.top(exported.name)?.sources ?? [])
      if (from.from === 'declaration') return ofDeclaration(evaluator, from.node, other, path)
  }
  if (other !== undefined && exported?.kind === 'from') return ofImport(evaluator, exported.module, exported.name, other, path)
  return evaluator.follow(evaluator.imported(module, name, source), path).filter(({ kind }) => kind === 'api')
}

function ofDeclaration(evaluator: Evaluator, node: Node, source: Source, path: readonly Step[]): readonly Value[] {
  if (node.type === 'TSTypeAliasDeclaration') return typed(evaluator, node.typeAnnotation, source, path)
  if (node.type === 'TSInterfaceDeclaration') return ofMembers(evaluator, node.body.body, source, path)
  if (node.type === 'TSEnumDeclaration' && path.length === 0) return texts(members(evaluator, [{ kind: 'written', node, source }]))
  if (node.type === 'ClassDeclaration')
    return evaluator.follow([{ kind: 'instance', node, source }], path).filter(({ kind }) => kind !== 'unknown')
  return []
}

function ofMembers(evaluator: Evaluator, list: readonly TSTypeElement[], source: Source, path: readonly Step[]): readonly Value[] {
  const [name, ...rest] = path
  if (name === undefined) return []
  for (const one of list) {
    if (one.type === 'TSPropertySignature' && plainName(one.key, one.computed ?? false) === name && one.typeAnnotation) {
      return typed(evaluator, one.typeAnnotation.typeAnnotation, source, rest)
    }
  }
  return []
}
