import { parseArgs } from 'node:util'
import type { Command, Values, Options } from './command.ts'
import { CliError } from './errors.ts'
import { didYouMean } from './nearest.ts'

export interface Parsed {
  readonly help: boolean
  readonly values: Values<Options>
  readonly operands: readonly string[]
}

/** Reads what was typed behind a command's name. Throws `CliError` for what the command does not know. */
export function parse(name: string, { options, operands: form, most }: Command, args: readonly string[]): Parsed {
  const known = { ...options, help: { about: '', short: 'h' } } as Options
  const config = Object.fromEntries(
    Object.entries(known).map(([long, { short, value }]) => [
      long,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true, ...(short && { short }) },
    ]),
  )
  // Not strict: its own errors know nothing of near words.
  const { tokens } = parseArgs({ args: [...args], options: config, strict: false, allowPositionals: true, tokens: true })
  const given = new Map<string, string[]>()
  const operands: string[] = []
  const help = `see \`isoflag ${name} --help\``
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined
    if (option === undefined) {
      const near = token.rawName.startsWith('--')
        ? didYouMean(
            token.rawName,
            Object.keys(known).map(long => `--${long}`),
          )
        : ''
      throw new CliError(`\`${token.rawName}\` is no option of \`isoflag ${name}\`${near}`, help)
    }
    if (option.value === undefined) {
      if (token.value !== undefined)
        throw new CliError(`\`${token.rawName}\` is a switch and takes no value, \`${token.value}\` was given`, help)
      given.set(token.name, [])
      continue
    }
    // `--datafile --json` means a forgotten value, `--datafile=--json` a strange name, and `--lift -5` a number.
    if (token.value === undefined || (!token.inlineValue && /^-(?!\.?\d)./.test(token.value))) {
      const found = token.value === undefined ? '' : `, \`${token.value}\` was found`
      throw new CliError(`\`${token.rawName}\` needs a value: ${option.value}${found}`, help)
    }
    const values = given.get(token.name) ?? []
    if (values.length > 0 && !option.many) {
      throw new CliError(`\`${token.rawName}\` is given twice: \`${values[0]}\` and \`${token.value}\``, 'leave one of them out')
    }
    given.set(token.name, [...values, token.value])
  }
  if (operands.length > most && !given.has('help')) {
    const takes = most === 0 ? 'takes no operand' : `takes ${form}`
    throw new CliError(`\`isoflag ${name}\` ${takes}, \`${operands[most]}\` is one too many`, help)
  }
  const values = Object.entries(options).map(([long, { value, many }]) => {
    const found = given.get(long)
    return [long, value === undefined ? found !== undefined : many ? (found ?? []) : found?.[0]]
  })
  return { help: given.has('help'), values: Object.fromEntries(values) as Values<Options>, operands }
}
