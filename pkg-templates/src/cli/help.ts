import type { Command } from './command.ts'
import { COMMANDS } from './commands.ts'
import { columns, type Style } from './style.ts'

/** The page of one command. */
export function commandHelp(name: string, command: Command, style: Style): string {
  const options = Object.entries({ ...command.options, help: { about: 'print this page', short: 'h' } as Command['options'][string] })
  const rows = options.map(([long, { short, value, many, about }]) => {
    const form = `${short ? `-${short}, ` : '    '}--${long}${value ? ` <${value}>` : ''}`
    return [`  ${form}`, about + (many ? '; may be given more than once' : '')]
  })
  const examples = command.examples.flatMap(([typed, why]) => [`  ${style.dim(`# ${why}`)}`, `  ${typed}`])
  const codes = [
    ['  0', 'fine'],
    ...(command.findings === undefined ? [] : [['  1', command.findings]]),
    ['  2', 'a mistake in the call or in what it was given'],
  ]
  return [
    `${style.bold('usage')}  isoflag ${name}${command.operands && ` ${command.operands}`} [options]`,
    '',
    command.about.trim(),
    '',
    style.bold('options'),
    ...columns(rows),
    '',
    style.bold('exit codes'),
    ...columns(codes),
    '',
    style.bold('examples'),
    ...examples,
    '',
  ].join('\n')
}

/** The list of commands. */
export async function mainHelp(style: Style): Promise<string> {
  const rows = await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => [`  ${name}`, (await load()).summary]))
  return [
    `${style.bold('usage')}  isoflag <command> [options]`,
    '',
    style.bold('commands'),
    ...columns(rows),
    '',
    '`isoflag <command> --help` says more. Every command knows --json. Exit codes: 0 fine, 1 findings, 2 a mistake in the',
    'call or its input. Colours are left out of pipes, and everywhere when NO_COLOR is set.',
    '',
  ].join('\n')
}
