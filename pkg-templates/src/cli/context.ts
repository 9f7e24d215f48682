// Contexts, as people and machines hand them in.

import type { Context } from 'isoflag'
import { CliError } from './errors.ts'
import { readText } from './files.ts'
import type { Io } from './io.ts'

/** Reads one context of a stream. */
export function contextOf(line: string, where: string): Context {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new CliError(
      `${where} is not JSON: ${(error as Error).message}`,
      `a context is an object of attributes, e.g. {"visitorId": "v-1", "country": "DE"}; found ${shown(line)}`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliError(
      `${where} is no context: ${shown(line)}`,
      'a context is an object of attributes, e.g. {"visitorId": "v-1", "country": "DE"}',
    )
  }
  return decidable(value, line, where)
}

/** What is written with an exponent or many digits, and so may be a number beyond those there are. */
const LARGE = /[eE]\+?\d{3}|\d{309}/

/** The context, unless it has a number that JavaScript reads as infinite: no other reader does. */
function decidable(context: object, written: string, where: string): Context {
  const large = LARGE.test(written) ? infinite(context) : undefined
  if (large === undefined) return context as Context
  throw new CliError(`${where}: the number of \`${large}\` is larger than any a program can hold`, 'numbers go up to 1.7976931348623157e308')
}

/** The name of an infinite number, wherever it is. */
function infinite(value: unknown, name = ''): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : name
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, member] of Object.entries(value)) {
    const found = infinite(member, name === '' ? key : `${name}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * JSON as readers of Unicode take it: half a surrogate pair, which JavaScript has and writes as an escape, is U+FFFD, by
 * which the engine decides.
 */
export function wellFormedJson(text: string): string {
  // Escapes one by one, so that `\\ud800` is a backslash and five letters.
  return text.replace(/\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|[^])/g, escape =>
    /^\\u[dD].{3}$/.test(escape) ? '\\ufffd' : escape,
  )
}

function shown(line: string): string {
  return `\`${line.length > 60 ? `${line.slice(0, 60)}…` : line}\``
}

/** The context of one question: `--context`, `attribute=value` words over it, or standard input. */
export async function oneContext(
  json: string | undefined,
  words: readonly string[],
  types: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<Context> {
  if (json === undefined && words.length === 0) {
    if (io.stdin.isTTY) {
      throw new CliError(
        'no context is given',
        'name attributes (visitorId=v-1 country=DE), pass --context <json>, or write it to standard input',
      )
    }
    const text = await readText('-', io)
    return text.trim() === '' ? {} : contextOf(text, 'standard input')
  }
  const context: Record<string, unknown> = { ...(json === undefined ? {} : contextOf(json, '`--context`')) }
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1) throw new CliError(`\`${word}\` is no attribute`, 'attributes are written name=value, e.g. country=DE')
    const name = word.slice(0, at)
    Object.defineProperty(context, name, {
      value: valueOf(word.slice(at + 1), typeOf(types[name])),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return decidable(context, words.join(' '), 'the context')
}

function typeOf(declared: unknown): unknown {
  return typeof declared === 'object' && declared !== null ? (declared as { type?: unknown }).type : declared
}

/** JSON where it is JSON (true, 18, ["a"]), else text; an attribute that is declared as text is text whatever it looks like. */
function valueOf(written: string, type: unknown): unknown {
  if (type === 'string' || type === 'version' || type === 'ip' || (type === 'date' && !/^-?\d+$/.test(written))) return written
  try {
    return JSON.parse(written)
  } catch {
    return written
  }
}
