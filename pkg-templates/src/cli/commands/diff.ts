import { diffText } from '../blast.ts'
import { command, ENVIRONMENT, NOW } from '../command.ts'
import { wellFormedJson } from '../context.ts'
import { CliError } from '../errors.ts'
import { findDatafile, noteEnvironments } from '../datafile.ts'
import { readText } from '../files.ts'
import { type ProgramFile, readProgram } from '../program.ts'
import { nowOf } from '../time.ts'
import { tools } from '../tools.ts'
import { URL_OPTION, type Worker, worker } from '../worker.ts'
import { namesOf, type WrittenDatafile } from '../written.ts'

export default command({
  summary: 'say who gets another variant when one datafile replaces another',
  operands: '<before> <after>, or --url <worker> [after]',
  most: 2,
  about: `
Compares two datafiles, or compiled programs, and computes exactly which share of units moves from which variant to which,
for each flag, over all positions a unit can have. Shares that depend on attributes are told for each answer to the
conditions; with --contexts real ones are decided by both and counted. A running experiment that would be harmed raises an
alarm: people change arms, a new run begins, its control is another.

The second is compiled as a worker compiles what is published to it: to replace the first, so that where weights change as
few units as possible move. With --url the first is the program in force there; nothing is published.`,
  options: {
    contexts: { value: 'file', short: 'c', about: 'real contexts, one JSON object a line; `-` is standard input' },
    url: URL_OPTION,
    anew: { about: 'compile the second by itself, as `isoflag compile` does: where weights change, every arm behind them shifts' },
    environment: ENVIRONMENT,
    now: NOW,
    json: { about: 'print {diff, contexts} as JSON' },
  },
  examples: [
    ['isoflag diff --url https://flags.example.com flags/datafile.json', 'before publishing'],
    ['isoflag diff live.json next.json --contexts yesterday.jsonl', 'with the people of yesterday'],
    ['isoflag diff <(git show main:flags/datafile.json) flags/datafile.json', 'in a pull request; exit code 1 asks for a look'],
  ],
  findings: 'a running experiment would be harmed',
  async run({ values, operands: [first, second], io }) {
    const remote = values.url === undefined ? undefined : worker(values.url, io)
    if (remote !== undefined && second !== undefined)
      throw new CliError(`the first is the program at --url, \`${second}\` is one too many`, 'isoflag diff --url <worker> <after>')
    const next = remote === undefined ? second : findDatafile(io, first)
    if (next === undefined || (remote === undefined && first === undefined))
      throw new CliError('two datafiles are compared', 'isoflag diff <before> <after>')
    if ([remote === undefined ? first : undefined, next, values.contexts].filter(path => path === '-').length > 1)
      throw new CliError('standard input can be one file only', 'name the others')
    const { environment } = values
    const before = remote === undefined ? await readProgram(first ?? next, io, { environment }) : await inForce(remote)
    const after = await readProgram(next, io, { environment, previous: values.anew ? undefined : before.bytes }, remote?.environment)
    if (after.source !== undefined) noteEnvironments(after.source, after.environment, io)
    const now = nowOf(values.now, io.now)
    const compared = tools().diff(before.bytes, after.bytes, now)
    if (!compared.ok) throw new CliError(compared.message)
    const contexts =
      values.contexts === undefined
        ? undefined
        : tools().diffContexts(before.bytes, after.bytes, wellFormedJson(await readText(values.contexts, io)), now)
    if (contexts?.ok === false)
      throw new CliError(`\`${values.contexts}\`: ${contexts.message}`, 'contexts are objects of attributes, one a line')
    const { diff } = compared
    if (values.json) await io.out(`${JSON.stringify({ diff, contexts: contexts?.diff ?? null }, null, 2)}\n`)
    else {
      const [old, fresh] = [before, after].map(({ source, environment }) =>
        namesOf(source === undefined ? undefined : (JSON.parse(source.text) as WrittenDatafile), environment),
      )
      await io.out(diffText(diff, contexts?.diff, old ?? namesOf(undefined), fresh ?? namesOf(undefined), io.style))
    }
    return diff.changed.some(({ experiment }) => (experiment?.alarms.length ?? 0) > 0) ? 1 : 0
  },
})

async function inForce(remote: Worker): Promise<ProgramFile> {
  const bytes = await remote.program()
  if (bytes === undefined) throw new CliError('nothing is published there yet', 'the first datafile moves nobody: isoflag publish')
  return { path: 'the program in force', bytes, source: undefined, environment: remote.environment }
}
