import { resolve } from 'node:path'
import { command } from '../command.ts'
import { CliError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { count } from '../style.ts'
import { URL_OPTION, worker } from '../worker.ts'

/** The kinds of fact, and what one of them is called. */
const KINDS = { events: 'event', exposures: 'exposure', aliases: 'alias', losses: 'loss' } as const
export type FactKind = keyof typeof KINDS

export default command({
  summary: "write a worker's facts as lines of JSON or as Parquet",
  operands: '<events | exposures | aliases | losses>',
  most: 1,
  about: `
Reads all facts of a kind out of a worker's ledger and writes them: lines of JSON to standard output, or with --parquet a file, its
columns typed, objects as JSON. At the end it says how far it came; --after goes on from there, so that a daily job reads only
what is new. What is not yet in the ledger of every shard may come the next time. Losses are what senders say they lost, summed by
shard, day and reason: a sum that grew comes again, and the last one holds.`,
  options: {
    url: URL_OPTION,
    after: { value: 'position', about: 'go on behind what an earlier export said at its end' },
    parquet: { value: 'file', about: 'write Parquet to this file' },
    json: { about: 'say how far it came as JSON' },
  },
  examples: [
    ['isoflag export events --url https://flags.example.com > events.jsonl', 'everything'],
    ['isoflag export events --url https://flags.example.com --parquet events.parquet', 'for DuckDB, Spark and the like'],
    ['isoflag export events --url https://flags.example.com --after 120.98.77.140', 'what came since'],
  ],
  async run({ values, operands, io }) {
    const kinds = Object.keys(KINDS) as FactKind[]
    const kind = kinds.find(one => one === operands[0])
    if (kind === undefined) {
      const found = operands[0] === undefined ? 'no kind of fact is named' : `there is no kind of fact \`${operands[0]}\`${didYouMean(operands[0], kinds)}`
      throw new CliError(found, `name one of ${kinds.join(', ')}`)
    }
    if (values.url === undefined) throw new CliError('no worker is named', 'name it: --url https://flags.example.com')
    const from = worker(values.url, io)
    const file = values.parquet === undefined ? undefined : await (await import('../parquet.ts')).openParquet(resolve(io.cwd, values.parquet), kind)
    let [after, facts, more] = [values.after ?? '', 0, true]
    while (more) {
      const page = await from.facts(kind, after)
      const lines = page.text.split('\n').filter(line => line !== '')
      if (file === undefined) await io.out(page.text)
      else await file.add(lines)
      facts += lines.length
      ;({ after, more } = page)
    }
    await file?.close()
    if (values.json) io.err(`${JSON.stringify({ kind, facts, after })}\n`)
    else io.err(`${count(facts, KINDS[kind], kind)}; go on with --after ${after}\n`)
    return 0
  },
})
