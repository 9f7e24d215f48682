// What a command is. One file below `commands/` makes one, `commands.ts` names it; nothing else knows of it.

import type { Io } from './io.ts'

/** An option of a command. With `value` it takes one, which is called so in the help; without, it is a switch. */
export interface Option {
  readonly about: string
  readonly short?: string
  readonly value?: string
  /** May be given more than once; its values are a list. */
  readonly many?: true
}

export type Options = Readonly<Record<string, Option>>

/** What was given for each option, by its name. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { many: true } ? readonly string[] : O[K] extends { value: string } ? string | undefined : boolean
}

/** How a command ended: fine, with findings, or not able to do its work. */
export type Exit = 0 | 1 | 2

export interface Call<O extends Options> {
  readonly values: Values<O>
  readonly operands: readonly string[]
  readonly io: Io
}

export interface Definition<O extends Options> {
  /** One line, for the list of commands. */
  readonly summary: string
  /** What stands behind the command's name, e.g. `[datafile]`. */
  readonly operands: string
  /** At most this many operands are taken. */
  readonly most: number
  readonly about: string
  readonly options: O
  /** What to type, and what it is for. */
  readonly examples: readonly (readonly [string, string])[]
  /** What code 1 means; 0 is always fine and 2 always a mistake in the call or its input. */
  readonly findings?: string
  run(call: Call<O>): Promise<Exit>
}

/** A command whose options are no longer known one by one. */
export type Command = Definition<Options>

/** Types the values of a command by its options. */
export function command<const O extends Options>(definition: Definition<O>): Command {
  return definition as unknown as Command
}

/** Options that mean the same wherever they are. */
export const DATAFILE = { value: 'file', short: 'd', about: 'the datafile; `-` is standard input' } as const
export const ENVIRONMENT = { value: 'name', short: 'e', about: 'the environment whose values apply' } as const
export const NOW = {
  value: 'time',
  about: 'the moment that schedules see: an RFC 3339 time or milliseconds since 1970; now by default',
} as const
export const JSON_OUT = { about: 'print JSON' } as const
