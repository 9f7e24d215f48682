import type { CallExpression, NewExpression, OptionalCallExpression, ReturnStatement } from '@babel/types'
import { bare, children, type Fn, isClass, isFunction, type Node, plainName } from './ast.ts'
import type { Evaluator } from './evaluate.ts'
import { keys, members } from './member.ts'
import type { Step } from './scope.ts'
import type { Call, Source } from './source.ts'
import { unite, UNKNOWN, type Value } from './value.ts'

/** Functions that hand on the function they are given. */
const HANDS_ON = new Set(['memo', 'forwardRef', 'useCallback', 'cache', 'observer', 'useEffectEvent', 'unstable_cache'])
/** Methods of lists that give a list of the same elements, or one of them. */
const SAME_LIST = new Set(['filter', 'slice', 'concat', 'reverse', 'sort', 'toSorted', 'toReversed'])
const ONE_OF = new Set(['at', 'find', 'pop', 'shift'])

/** What a call gives back. */
export function called(
  evaluator: Evaluator,
  call: CallExpression | OptionalCallExpression | NewExpression,
  source: Source,
): readonly Value[] {
  const callee = bare(call.callee)
  const [first] = call.arguments
  const module = evaluator.module(callee, first, source)
  if (module !== undefined) return module
  if (callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression') {
    const name = plainName(callee.property, callee.computed)
    const builtin = name === undefined ? undefined : ofBuiltin(evaluator, callee.object, name, first, source)
    if (builtin !== undefined) return builtin
  }
  return unite(evaluator.values(callee, source).flatMap(value => result(evaluator, value, call, callee, source)))
}

function result(
  evaluator: Evaluator,
  value: Value,
  call: Exclude<Call, { type: 'JSXOpeningElement' }>,
  callee: Node,
  source: Source,
): readonly Value[] {
  if (value.kind === 'api') {
    const { returns } = value.shape.call ?? {}
    return returns === undefined ? UNKNOWN : [{ kind: 'api', shape: returns }]
  }
  if (value.kind === 'written' && isClass(value.node)) return call.type === 'NewExpression' ? [{ ...value, kind: 'instance' }] : UNKNOWN
  if (value.kind === 'written' && isFunction(value.node)) {
    const { node } = value
    return unite(
      returned(evaluator, node, value.source).flatMap(one =>
        one.kind === 'parameter' && one.fn === node ? argument(evaluator, call, one.path, source) : [one],
      ),
    )
  }
  const [first] = call.arguments
  if (value.kind !== 'unknown' || first === undefined) return UNKNOWN
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? plainName(callee.property, callee.computed)
        : undefined
  if (name !== undefined && HANDS_ON.has(name)) return evaluator.values(first, source)
  if (name === 'useMemo') return results(evaluator, evaluator.values(first, source))
  if (name === 'useState' || name === 'useRef') {
    const start = evaluator
      .values(first, source)
      .flatMap(one => (one.kind === 'written' && isFunction(one.node) ? results(evaluator, [one]) : [one]))
    return [{ kind: 'list', items: start }]
  }
  return UNKNOWN
}

/** Object.values and the like, and the methods of lists and promises. */
function ofBuiltin(
  evaluator: Evaluator,
  object: Node,
  name: string,
  first: Node | undefined,
  source: Source,
): readonly Value[] | undefined {
  if (object.type === 'Identifier' && object.name === 'Object' && first !== undefined) {
    const given = evaluator.values(first, source)
    if (name === 'freeze' || name === 'seal') return given
    if (name === 'keys') return [{ kind: 'list', items: given.flatMap(value => keys(evaluator, value)) }]
    if (name === 'values') return [{ kind: 'list', items: members(evaluator, given) }]
    return undefined
  }
  if (name === 'then' && first !== undefined) return results(evaluator, evaluator.values(first, source))
  if (!SAME_LIST.has(name) && !ONE_OF.has(name)) return undefined
  const list = evaluator.values(object, source)
  if (!list.some(isList)) return undefined
  return SAME_LIST.has(name) ? [{ kind: 'list', items: members(evaluator, list) }] : members(evaluator, list)
}

export function isList(value: Value): boolean {
  return value.kind === 'list' || (value.kind === 'written' && value.node.type === 'ArrayExpression')
}

function results(evaluator: Evaluator, values: readonly Value[]): readonly Value[] {
  return unite(
    values.flatMap(value => (value.kind === 'written' && isFunction(value.node) ? returned(evaluator, value.node, value.source) : UNKNOWN)),
  )
}

/** What a function can return, its parameters as they are. */
export function returned(evaluator: Evaluator, fn: Fn, source: Source): readonly Value[] {
  if (fn.body.type !== 'BlockStatement') return evaluator.values(fn.body, source)
  const found: ReturnStatement[] = []
  const look = (node: Node): void => {
    if (node.type === 'ReturnStatement') found.push(node)
    for (const child of children(node)) if (!isFunction(child) && !isClass(child)) look(child)
  }
  look(fn.body)
  return unite(found.flatMap(({ argument }) => (argument ? evaluator.values(argument, source) : [])))
}

/** What a call hands in at the end of a path: argument, then property of it. An attribute of JSX is a property of the first. */
export function argument(evaluator: Evaluator, call: Call, path: readonly Step[], source: Source): readonly Value[] {
  const [index, ...rest] = path
  if (typeof index !== 'number') return UNKNOWN
  if (call.type !== 'JSXOpeningElement') {
    if (call.arguments.slice(0, index + 1).some(({ type }) => type === 'SpreadElement')) return UNKNOWN
    const given = call.arguments[index]
    return given === undefined ? [] : evaluator.follow(evaluator.values(given, source), rest)
  }
  const [name, ...further] = rest
  if (index !== 0 || typeof name !== 'string') return UNKNOWN
  for (const attribute of call.attributes.toReversed()) {
    if (attribute.type === 'JSXSpreadAttribute') {
      const spread = evaluator.follow(evaluator.values(attribute.argument, source), rest)
      if (spread.length > 0) return spread
    } else if (plainName(attribute.name, false) === name) {
      const { value } = attribute
      if (!value) return []
      return evaluator.follow(evaluator.values(value.type === 'JSXExpressionContainer' ? value.expression : value, source), further)
    }
  }
  return []
}
