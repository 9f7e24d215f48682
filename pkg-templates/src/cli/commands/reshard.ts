import { command, JSON_OUT } from '../command.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { count } from '../style.ts'
import { URL_OPTION, worker, type Worker } from '../worker.ts'

/** How long nothing but failures is borne: what is sealed for a move takes events again after as long without a step. */
const PATIENCE_MS = 60_000

interface Generation {
  readonly generation: number
  readonly shards: number
}

/** Where an environment stands. */
interface Moves {
  readonly ledger: Generation
  readonly moving: Generation | null
  readonly leftBehind: readonly Generation[]
}

/** What a step came to; with `rows` when it belonged to a move. */
interface Step {
  readonly state: 'moving' | 'done'
  readonly carrying?: string
  readonly rows?: number
}

export default command({
  summary: "move a worker's ledger to another number of shards",
  operands: '[shards]',
  most: 1,
  about: `
Moves the environment of the key to so many shards, and says how far it is until it is done. Meanwhile reports go on, and whoever
sends events is asked to come again: nothing acknowledged is lost, and no number of a report changes. Cut off, the same command goes
on where it was; a minute without it and the shards take events again, and the move begins anew. The shards that were moved from are kept,
sealed, until --erase. Without a number it says how many shards there are.`,
  options: {
    url: URL_OPTION,
    'call-off': { about: 'give up the move under way' },
    erase: { about: 'erase the shards that earlier moves left behind' },
    json: JSON_OUT,
  },
  examples: [
    ['isoflag reshard 8 --url https://flags.example.com', 'to eight shards'],
    ['isoflag reshard --url https://flags.example.com', 'how many there are'],
    ['isoflag reshard --erase --url https://flags.example.com', 'once nobody wants to go back'],
  ],
  async run({ values, operands: [operand], io }) {
    const { url, erase, 'call-off': callOff } = values
    if ([operand !== undefined, erase, callOff].filter(Boolean).length > 1)
      throw new CliError('a number of shards, --call-off and --erase are three different things', 'give one of them')
    const shards = operand === undefined ? undefined : Number(operand)
    if (shards !== undefined && !(Number.isInteger(shards) && shards > 0))
      throw new CliError(`\`${operand}\` is no number of shards`, 'write it as digits: isoflag reshard 8')
    if (url === undefined) throw new CliError('no worker is named', 'name it: --url https://flags.example.com')
    const from = worker(url, io)

    if (callOff) await from.ask('DELETE', 'v1/reshard')
    if (erase) while ((await from.ask<{ left: number }>('DELETE', 'v1/reshard/left-behind')).left > 0);
    const began = io.now()
    const { rows } = shards === undefined ? {} : await move(from, shards, io)
    const moves = await from.ask<Moves>('GET', 'v1/reshard')
    if (values.json) await io.out(`${JSON.stringify({ ...moves, ...(rows === undefined ? {} : { rows }) })}\n`)
    else await io.out(told(from.environment, moves, rows, io.now() - began))
    return 0
  },
})

/** Asks for step after step. One that fails is asked for again: how far a move came is noted by the worker. */
async function move(from: Worker, shards: number, io: Io): Promise<Step> {
  let last = io.now()
  const show = (text: string) => io.watched && io.err(`\r\u001b[K${text}`)
  for (;;) {
    const answer = await from.tried<Step>('POST', 'v1/reshard', { shards })
    if (answer.ok) {
      last = io.now()
      const { state, carrying, rows = 0 } = answer.json
      show(state === 'done' ? '' : `carrying ${carrying}, ${count(rows, 'row')}`)
      if (state === 'done') return answer.json
      continue
    }
    const pause = 1000 * (answer.retryAfter ?? 1)
    if (!answer.again || io.now() + pause > last + PATIENCE_MS) {
      show('')
      throw new CliError(answer.message, answer.again ? 'the same command goes on where the move is' : undefined)
    }
    await new Promise(resolve => setTimeout(resolve, pause))
  }
}

function told(environment: string, { ledger, moving, leftBehind }: Moves, rows: number | undefined, ms: number): string {
  const lines = [`${environment} has ${count(ledger.shards, 'shard')}`]
  if (rows !== undefined) lines[0] += `: ${count(rows, 'row')} carried in ${(ms / 1000).toFixed(1)} s`
  if (moving) lines.push(`a move to ${moving.shards} is under way; \`isoflag reshard ${moving.shards}\` goes on with it, --call-off gives it up`)
  if (leftBehind.length > 0) {
    const old = leftBehind.map(one => one.shards).join(', ')
    lines.push(`left behind and sealed: ${old}; \`isoflag reshard --erase\` erases them`)
  }
  return `${lines.join('\n')}\n`
}
