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
  return value as Context
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
  return context as Context
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
