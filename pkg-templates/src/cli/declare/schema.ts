// A schema as a type. The compiler has accepted it: `type`, `enum`, `const`, properties, items; bounds are no matter of types.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The keywords that say something about the type. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly description?: string
}

/** What `Json` is called where nothing is known. */
const ANY = 'Json'

export function schemaType(schema: Schema, indent: string): string {
  if (schema.const !== undefined) return literalType(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map(literalType))
  const types = schema.type === undefined ? implied(schema) : [schema.type].flat()
  return union(types.map(type => ofType(type, schema, indent)))
}

/** `properties` without `type` leaves every other type open. */
function implied(schema: Schema): readonly string[] {
  return schema.properties !== undefined || schema.items !== undefined
    ? ['null', 'boolean', 'number', 'string', 'array', 'object']
    : ['any']
}

function ofType(type: string, schema: Schema, indent: string): string {
  switch (type) {
    case 'null':
    case 'boolean':
    case 'string':
    case 'number':
      return type
    case 'integer':
      return 'number'
    case 'array': {
      const items = schema.items === undefined ? ANY : schemaType(schema.items, indent)
      return `readonly ${/[ |]/.test(items) && !items.startsWith('{') ? `(${items})` : items}[]`
    }
    case 'object':
      return objectType(schema, indent)
    default:
      return ANY
  }
}

function objectType({ properties = {}, required = [] }: Schema, indent: string): string {
  // What is required and not described may be anything.
  const names = [...new Set([...Object.keys(properties), ...required])]
  if (names.length === 0) return `{ readonly [key: string]: ${ANY} }`
  const inner = `${indent}  `
  const lines = names.map(name => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    const optional = required.includes(name) ? '' : '?'
    const about = schema?.description === undefined ? '' : comment([schema.description], inner)
    return `${about}${inner}readonly ${propertyName(name)}${optional}: ${schema === undefined ? ANY : schemaType(schema, inner)}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}

export function literalType(value: Json): string {
  if (Array.isArray(value)) return `readonly [${value.map(literalType).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, inner]) => `readonly ${propertyName(name)}: ${literalType(inner)}`)
    return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value)
}

export function union(types: readonly string[]): string {
  const distinct = [...new Set(types)]
  return distinct.includes(ANY) ? ANY : distinct.join(' | ') || 'never'
}

export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}

export function quoted(text: string): string {
  // Inside single quotes; what JSON escapes stays escaped.
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/'/g, "\\'")
    .replace(/[\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16)}`)}'`
}

/** A doc comment; text from the datafile cannot end it. */
export function comment(lines: readonly string[], indent: string): string {
  const safe = lines.flatMap(line => line.split(/\r?\n/)).map(line => line.trim().replaceAll('*/', '*\\/'))
  const [only] = safe
  if (safe.length === 1) return `${indent}/** ${only} */\n`
  return `${indent}/**\n${safe.map(line => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}
