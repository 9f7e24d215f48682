// How alpha is spent over looks, as an option.

import { CliError } from './errors.ts'
import { didYouMean } from './nearest.ts'
import type { Simulation } from './stats.ts'

export const SPENDING = { value: 'function', about: 'how alpha is spent over the looks: obf (default), pocock, power:3, hsd:-4' } as const

type Spending = Pick<Simulation, 'spending' | 'parameter'>

const NAMES = ['obf', 'pocock', 'power', 'hsd'] as const

export function spendingOf(given = 'obf'): Spending {
  const [name = '', parameter] = given.split(':')
  const spending = NAMES.find(known => known === name)
  if (spending === undefined) throw new CliError(`\`--spending\` knows ${NAMES.join(', ')}, \`${name}\` was found${didYouMean(name, NAMES)}`)
  const needs = spending === 'power' || spending === 'hsd'
  if (needs !== (parameter !== undefined) || (needs && !Number.isFinite(Number(parameter)))) {
    throw new CliError(needs ? `\`--spending ${name}\` needs its parameter: \`${name}:3\`` : `\`--spending ${name}\` takes no parameter`)
  }
  return needs ? { spending, parameter: Number(parameter) } : { spending }
}
