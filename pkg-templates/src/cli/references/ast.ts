import type { Node } from '@babel/types'

export type { Node }

/** What hangs on a node and is no part of the tree. */
const ASIDE = new Set(['loc', 'extra', 'errors', 'leadingComments', 'trailingComments', 'innerComments', 'tokens', 'comments'])

/** The nodes directly below one, in the order of the source but for decorators. */
export function children(node: Node): Node[] {
  const found: Node[] = []
  for (const [name, value] of Object.entries(node) as [string, unknown][]) {
    if (ASIDE.has(name)) continue
    if (Array.isArray(value)) for (const one of value) isNode(one) && found.push(one)
    else if (isNode(value)) found.push(value)
  }
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

export type Fn = Extract<
  Node,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' | 'ObjectMethod' | 'ClassMethod' | 'ClassPrivateMethod' }
>

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
])

export function isFunction(node: Node): node is Fn {
  return FUNCTIONS.has(node.type)
}

export type Class = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>

export function isClass(node: Node): node is Class {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
}

/** An expression without what TypeScript and parentheses put around it; `await` too: a promise is followed as its value. */
export function bare(node: Node): Node {
  for (;;) {
    switch (node.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ParenthesizedExpression':
      case 'TypeCastExpression':
        node = (node as { expression: Node }).expression
        break
      case 'AwaitExpression':
        node = node.argument
        break
      default:
        return node
    }
  }
}

/** The name of a property as written: `a.b`, `a['b']`, `{ b: … }`. `undefined` when it is computed from something else. */
export function plainName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'Identifier' && !computed) return key.name
  if (key.type === 'PrivateName') return `#${key.id.name}`
  if (key.type === 'StringLiteral') return key.value
  if (key.type === 'NumericLiteral') return String(key.value)
  if (key.type === 'JSXIdentifier') return key.name
  return undefined
}
