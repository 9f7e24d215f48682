import { command, JSON_OUT } from '../command.ts'
import { CliError } from '../errors.ts'
import { count } from '../style.ts'
import { URL_OPTION, worker } from '../worker.ts'

export default command({
  summary: 'have a worker send again what a sink refused',
  operands: '[sink]',
  most: 1,
  about: `
Facts that a sink refused for good stand apart with the reason; GET /v1/sinks of the worker lists both. Once the reason is mended,
this has them sent again: those of one sink (postgres, queue, http), or of all. A fact that is refused again stands apart again.`,
  options: { url: URL_OPTION, json: JSON_OUT },
  examples: [['isoflag replay postgres --url https://flags.example.com', 'after the database was mended']],
  async run({ values, operands, io }) {
    if (values.url === undefined) throw new CliError('no worker is named', 'name it: --url https://flags.example.com')
    const replayed = await worker(values.url, io).replay(operands[0])
    await io.out(values.json ? `${JSON.stringify({ replayed })}\n` : `${count(replayed, 'fact')} will be sent again\n`)
    return 0
  },
})
