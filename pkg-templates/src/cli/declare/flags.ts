// The file that tells TypeScript which flags there are.

import { comment, type Json, literalType, quoted, type Schema, schemaType, union } from './schema.ts'

/** What is written of a flag that its type depends on. */
export interface TypedFlag {
  readonly type: 'boolean' | 'string' | 'number' | 'json'
  readonly variants: Readonly<Record<string, Json>>
  readonly schema?: Schema
  readonly description?: string
  readonly owner?: string
}

/** A module of declarations for TypeScript: `Register` of `isoflag`, filled. */
export function declarations(flags: Readonly<Record<string, TypedFlag>>): string {
  const members = Object.entries(flags).map(([key, flag]) => {
    const inner = '        '
    const value = valueType(flag, inner)
    const variants = union(Object.keys(flag.variants).map(quoted))
    return `${about(flag)}      ${quoted(key)}: {\n${inner}value: ${value}\n${inner}variant: ${variants}\n      }\n`
  })
  const body = members.join('')
  const uses = /\bJson\b/.test(body.replace(/'(?:[^'\\]|\\.)*'|\/\*\*[\s\S]*?\*\//g, ''))
  return `// Written by \`isoflag types\` from the datafile: do not edit, write it again.

${uses ? "import type { Json } from 'isoflag'" : "import 'isoflag'"}

declare module 'isoflag' {
  interface Register {
    flags: {
${body}    }
  }
}
`
}

function about({ description, owner }: TypedFlag): string {
  const lines = [...(description === undefined ? [] : [description]), ...(owner === undefined ? [] : [`Owner: ${owner}`])]
  return lines.length === 0 ? '' : comment(lines, '      ')
}

function valueType({ type, variants, schema }: TypedFlag, indent: string): string {
  switch (type) {
    case 'boolean':
    case 'number':
      return type
    case 'string':
      // The values are few and meant: comparing with another text is a mistake.
      return union(Object.values(variants).map(literalType))
    case 'json':
      return schema === undefined ? 'Json' : schemaType(schema, indent)
  }
}
