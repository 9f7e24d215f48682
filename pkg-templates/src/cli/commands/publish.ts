import { diffText } from '../blast.ts'
import { command, DATAFILE } from '../command.ts'
import { problemText, readDatafile, type Source } from '../datafile.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { count } from '../style.ts'
import type { Diff, Problem } from '../tools.ts'
import { KEY, URL_OPTION, worker } from '../worker.ts'
import { namesOf, type WrittenDatafile } from '../written.ts'

export default command({
  summary: 'publish a datafile to a worker, and say whom that moves',
  operands: '[datafile]',
  most: 1,
  about: `
Sends a datafile to a worker, which compiles it for the environment of the key, to replace the program in force. Tells whom
that moves. Where people who take part in a running experiment would change arms, drop out or see another value, nothing is
published until --confirm-moves says that it is meant; no question is asked, so it is the same in a pipeline. The key of the
worker, an admin key, is read from ${KEY}.`,
  options: {
    datafile: DATAFILE,
    url: URL_OPTION,
    'dry-run': { about: 'say what publishing would do, and do nothing' },
    'confirm-moves': { about: 'publish although people who take part in a running experiment move' },
    json: { about: 'print the answer of the worker as JSON' },
  },
  examples: [
    ['isoflag publish flags/datafile.json --url https://flags.example.com --dry-run', 'in a pull request'],
    ['isoflag publish flags/datafile.json --url https://flags.example.com', 'after the merge; the same file again is no new version'],
  ],
  findings: 'people who take part in a running experiment would move; nothing was published',
  async run({ values, operands, io }) {
    if (values.url === undefined) throw new CliError('no worker is named', 'name it: --url https://flags.example.com')
    const { publish, environment } = worker(values.url, io)
    const source = await readDatafile(io, values.datafile, operands[0])
    const query = { ...(values['dry-run'] && { dryRun: 'true' }), ...(values['confirm-moves'] && { confirm: 'moves' }) }
    const { status, answer } = await publish(source.text, query)
    if (status === 400) {
      if (values.json) await io.out(`${JSON.stringify(answer, null, 2)}\n`)
      else for (const problem of answer.problems ?? []) io.err(problemText(problem, source, 'error', io.errStyle))
      throw new CliError(answer.problems?.length ? `\`${source.path}\` has ${count(answer.problems.length, 'problem')}` : answer.message)
    }
    const moves = status === 409 ? (answer.problems ?? []) : answer.moves
    const held = status === 409 || (answer.dryRun && moves.length > 0 && !values['confirm-moves'])
    if (values.json) {
      await io.out(`${JSON.stringify(answer, null, 2)}\n`)
      return held ? 1 : 0
    }
    await tell(answer.diff ?? null, source, environment, io)
    if (status === 409) {
      await io.out(`${io.style.red('not published')}: ${whose(moves)} would move; --confirm-moves if it is meant\n`)
      return 1
    }
    for (const warning of answer.warnings) io.err(problemText(warning, source, 'warning', io.errStyle))
    const what = answer.dryRun
      ? `nothing was published${held ? `: ${whose(moves)} would move, which takes --confirm-moves` : ''}`
      : `${io.style.green('published')}: version ${answer.version} in ${environment}`
    await io.out(`${what}\ndigest ${answer.digest}\n`)
    return held ? 1 : 0
  },
})

async function tell(diff: Diff | null, { text }: Source, environment: string, io: Io): Promise<void> {
  if (diff === null) return
  const written = JSON.parse(text) as WrittenDatafile
  await io.out(`${diffText(diff, undefined, namesOf(undefined), namesOf(written, environment), io.style)}\n`)
}

function whose(moves: readonly Problem[]): string {
  const flags = new Set(moves.map(({ path }) => path)).size
  return `people in ${count(flags, 'running experiment')}`
}
