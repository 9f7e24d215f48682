// Finds every call that reads a flag, and which flag. Functions that only hand a key on are readers themselves, in turn.

import { TELLING } from './api.ts'
import { bare, type Fn, isClass, isFunction, type Node, plainName } from './ast.ts'
import { argument, isList } from './call.ts'
import { type Evaluator, own } from './evaluate.ts'
import { members } from './member.ts'
import type { Step } from './scope.ts'
import type { Call, Source } from './source.ts'
import type { Value } from './value.ts'

/** A place in the code. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** What stands there, on one line. */
  readonly code: string
}

export interface Use extends Place {
  readonly flag: string
  /** `list`: named among the flags that are decided, not read. */
  readonly kind: 'read' | 'list'
}

export interface Dynamic extends Place {
  readonly why: string
}

/** Where a function is called: a call, or a list whose every element is handed to it. */
type Caller = { readonly source: Source; readonly at: Node; give(path: readonly Step[]): readonly Value[] }

/** A call whose argument at `path` is a key. `sure`: of isoflag, not only by its name. */
interface Reader {
  readonly caller: Caller
  readonly path: readonly Step[]
  readonly sure: boolean
  readonly list: boolean
  /** The reader is isoflag's, not a function around it. */
  readonly direct: boolean
}

const EACH = new Set(['map', 'forEach', 'filter', 'flatMap', 'some', 'every', 'find', 'findIndex'])

export function findUses(
  evaluator: Evaluator,
  sources: readonly Source[],
  known: ReadonlySet<string>,
): { uses: Use[]; dynamic: Dynamic[] } {
  const callers = new Map<Fn, Caller[]>()
  const queue: Reader[] = []
  const uses = new Map<string, Use>()
  const dynamic = new Map<string, Dynamic>()
  const wrapped = new Map<Fn, Set<string>>()

  const called = (fn: Fn, caller: Caller): void => {
    const others = callers.get(fn)
    if (others === undefined) callers.set(fn, [caller])
    else others.push(caller)
  }
  const use = (flag: string, kind: Use['kind'], source: Source, at: Node): void => {
    const place = placeOf(source, at)
    uses.set(`${place.file}:${place.line}:${place.column}:${flag}`, { flag, kind, ...place })
  }
  const unresolved = (source: Source, at: Node, why: string): void => {
    const place = placeOf(source, at)
    dynamic.set(`${place.file}:${place.line}:${place.column}`, { ...place, why })
  }

  for (const source of sources) {
    for (const call of source.calls) {
      const callee = bare(call.type === 'JSXOpeningElement' ? call.name : call.callee)
      // Elements of HTML are no calls.
      if (callee.type === 'JSXIdentifier' && /^[a-z]/.test(callee.name)) continue
      const caller: Caller = { source, at: call, give: path => argument(evaluator, call, path, source) }
      let something = false
      for (const value of evaluator.values(callee, source)) {
        if (value.kind === 'written' && isFunction(value.node)) {
          something = true
          called(value.node, caller)
        } else if (value.kind === 'written' && isClass(value.node)) {
          something = true
          const made = value.node.body.body.find(one => one.type === 'ClassMethod' && one.kind === 'constructor')
          if (made !== undefined && isFunction(made)) called(made, caller)
        } else if (value.kind === 'api') {
          something = true
          const { key, keys } = value.shape.call ?? {}
          if (key !== undefined) queue.push({ caller, path: key, sure: true, list: false, direct: true })
          if (keys !== undefined) queue.push({ caller, path: keys, sure: true, list: true, direct: true })
        }
      }
      if (!something) {
        const path = own(TELLING, nameOf(callee) ?? '')
        if (path !== undefined) queue.push({ caller, path, sure: false, list: false, direct: false })
        each(evaluator, call, callee, source, called, reader => queue.push(reader))
      }
    }
    for (const node of source.reads) {
      if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') continue
      if (!evaluator.values(node.object, source).some(value => value.kind === 'api' && value.shape.byKey)) continue
      const name = plainName(node.property, node.computed)
      const give = (): readonly Value[] => (name === undefined ? evaluator.values(node.property, source) : [{ kind: 'text', text: name }])
      queue.push({ caller: { source, at: node, give }, path: [], sure: true, list: false, direct: true })
    }
  }

  const read = ({ caller: { source, at, give }, path, sure, list, direct }: Reader): void => {
    const given = give(path)
    const values = list ? members(evaluator, given) : given
    // A list that is not given is not one that cannot be read.
    if (list && given.length === 0) return
    // A wrapper's parameter may have a default, which was found where it stands.
    if (given.length === 0 && direct) unresolved(source, at, 'no key is given')
    for (const value of values) {
      if (value.kind === 'text') {
        if (sure || known.has(value.text)) use(value.text, list ? 'list' : 'read', source, at)
      } else if (value.kind === 'parameter') wrap(value, { source, at }, sure, list)
      else if (sure) unresolved(source, at, 'the key is not a constant')
    }
  }

  const wrap = (
    { fn, path, typed }: Extract<Value, { kind: 'parameter' }>,
    { source, at }: { source: Source; at: Node },
    sure: boolean,
    list: boolean,
  ): void => {
    const id = path.join('\0')
    const ways = wrapped.get(fn) ?? new Set<string>()
    wrapped.set(fn, ways)
    const by = callers.get(fn) ?? []
    if (sure && by.every(({ at: call }) => inside(call, fn))) {
      // Nobody but itself calls it here. What its type allows is what it may read.
      if (typed.length === 0) unresolved(source, at, 'the key is handed in, and nothing here hands one in')
      for (const value of typed) if (value.kind === 'text') use(value.text, 'read', source, at)
    }
    if (ways.has(id)) return
    ways.add(id)
    for (const caller of by) queue.push({ caller, path, sure, list, direct: false })
  }

  for (let reader = queue.shift(); reader !== undefined; reader = queue.shift()) read(reader)
  return { uses: ordered(uses.values()), dynamic: ordered(dynamic.values()) }
}

/** `keys.map(f)`: f is called with each key. */
function each(
  evaluator: Evaluator,
  call: Call,
  callee: Node,
  source: Source,
  called: (fn: Fn, caller: Caller) => void,
  reads: (reader: Reader) => void,
): void {
  if (call.type === 'JSXOpeningElement' || (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression')) return
  const name = plainName(callee.property, callee.computed)
  const [first] = call.arguments
  if (name === undefined || !EACH.has(name) || first === undefined) return
  const list = evaluator.values(callee.object, source)
  if (!list.some(isList)) return
  const give = ([index, ...rest]: readonly Step[]): readonly Value[] =>
    index === 0 ? evaluator.follow(members(evaluator, list), rest) : [{ kind: 'unknown' }]
  for (const value of evaluator.values(first, source)) {
    if (value.kind === 'written' && isFunction(value.node)) called(value.node, { source, at: call, give })
    const key = value.kind === 'api' ? value.shape.call?.key : undefined
    if (key !== undefined) reads({ caller: { source, at: call, give }, path: key, sure: true, list: false, direct: true })
  }
}

function inside(node: Node, fn: Fn): boolean {
  return node.loc?.filename === fn.loc?.filename && (node.start ?? 0) >= (fn.start ?? 0) && (node.end ?? 0) <= (fn.end ?? 0)
}

function nameOf(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression'
    ? plainName(callee.property, callee.computed)
    : undefined
}

export function placeOf({ path, text }: Source, node: Node): Place {
  const { line, column } = node.loc?.start ?? { line: 1, column: 0 }
  const code = text
    .slice(node.start ?? 0, node.end ?? 0)
    .replace(/\s+/g, ' ')
    .trim()
  return { file: path, line, column: column + 1, code: code.length > 72 ? `${code.slice(0, 71)}…` : code }
}

function ordered<T extends Place>(places: Iterable<T>): T[] {
  return [...places].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column))
}
