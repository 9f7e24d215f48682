import { readFile } from 'node:fs/promises'
import { parse } from './args.ts'
import type { Exit } from './command.ts'
import { COMMANDS } from './commands.ts'
import { CliError } from './errors.ts'
import { commandHelp, mainHelp } from './help.ts'
import type { Io } from './io.ts'
import { nearest } from './nearest.ts'

/** Runs what was typed and says how it ended. Only a fault of ours throws. */
export async function main(args: readonly string[], io: Io): Promise<Exit> {
  const [first, ...rest] = args
  try {
    if (first === undefined) {
      io.err(await mainHelp(io.errStyle))
      return 2
    }
    if (first === '--version' || first === '-V') {
      await io.out(`${await version()}\n`)
      return 0
    }
    if (first === '--help' || first === '-h' || first === 'help') {
      const [name] = rest
      await io.out(name === undefined ? await mainHelp(io.style) : commandHelp(name, await find(name)(), io.style))
      return 0
    }
    const command = await find(first)()
    const { help, values, operands } = parse(first, command, rest)
    if (help) {
      await io.out(commandHelp(first, command, io.style))
      return 0
    }
    return await command.run({ values, operands, io })
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const who = first !== undefined && Object.hasOwn(COMMANDS, first) ? `isoflag ${first}` : 'isoflag'
    io.err(`${io.errStyle.red(`${who}:`)} ${error.message}\n`)
    if (error.hint !== undefined) io.err(`${io.errStyle.dim(error.hint)}\n`)
    return 2
  }
}

function find(name: string): (typeof COMMANDS)[string] {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load !== undefined) return load
  const near = nearest(name, Object.keys(COMMANDS))
  const what = name.startsWith('-') ? `a command comes first, \`${name}\` was found` : `\`${name}\` is no command`
  throw new CliError(
    near === undefined ? what : `${what}, did you mean \`${near}\`?`,
    `the commands are ${Object.keys(COMMANDS).join(', ')}; see \`isoflag --help\``,
  )
}

async function version(): Promise<string> {
  // Two folders up from dist/cli.
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
