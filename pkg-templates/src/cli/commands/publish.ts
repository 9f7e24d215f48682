import { diffText } from '../blast.ts'
import { command, DATAFILE } from '../command.ts'
import { experimentsBeside, failure, inOrder, problemText, readDatafile, type Source } from '../datafile.ts'
import { CliError } from '../errors.ts'
import { readPlansOrFail } from '../experiments.ts'
import type { Io } from '../io.ts'
import { count } from '../style.ts'
import type { Diff, Problem } from '../tools.ts'
import { type Answered, KEY, type Published, type PublishedPlans, type Refused, URL_OPTION, worker, type Worker } from '../worker.ts'
import { namesOf, type WrittenDatafile } from '../written.ts'

export default command({
  summary: 'publish a datafile to a worker, and say whom that moves',
  operands: '[datafile]',
  most: 1,
  about: `
Sends a datafile to a worker, which compiles it for the environment of the key, to replace the program in force. Tells whom
that moves. Where people who take part in a running experiment would change arms, drop out or see another value, nothing is
published until --confirm-moves says that it is meant; no question is asked, so it is the same in a pipeline. The key of the
worker, an admin key, is read from ${KEY}. With --experiments the plans go first, so that what is measured is written down
before the first person is exposed; but only once the worker has said that it would take the datafile too.`,
  options: {
    datafile: DATAFILE,
    url: URL_OPTION,
    experiments: { value: 'file', short: 'x', about: 'experiments.json, to be checked and published too' },
    'dry-run': { about: 'say what publishing would do, and do nothing' },
    'confirm-moves': { about: 'publish although people who take part in a running experiment move' },
    json: { about: 'print the answer of the worker as JSON; with --experiments {datafile, experiments}' },
  },
  examples: [
    ['isoflag publish flags/datafile.json --url https://flags.example.com --dry-run', 'in a pull request'],
    ['isoflag publish flags/datafile.json --url https://flags.example.com', 'after the merge; the same file again is no new version'],
    ['isoflag publish flags/datafile.json -x flags/experiments.json --url https://flags.example.com', 'with what is measured'],
  ],
  findings: 'people who take part in a running experiment would move; nothing was published',
  async run({ values, operands, io }) {
    if (values.url === undefined) throw new CliError('no worker is named', 'name it: --url https://flags.example.com')
    const to = worker(values.url, io)
    const source = await readDatafile(io, values.datafile, operands[0])
    const plans = values.experiments === undefined ? undefined : await readPlansOrFail(values.experiments, io)
    if (plans === undefined) noteBeside(source, io)
    const [dry, confirmed] = [values['dry-run'], values['confirm-moves']]
    const query = { ...(dry && { dryRun: 'true' }), ...(confirmed && { confirm: 'moves' }) }
    const { sent, told } = plans === undefined ? { sent: await to.publish(source.text, query), told: undefined } : await both(to, source, plans, query)
    if (told?.status === 400) throw await refusal(told.answer, plans ?? source, values.json, io)
    if (sent.status === 400) throw await refusal(sent.answer, source, values.json, io)
    const { status, answer } = sent
    const moves = status === 409 ? (answer.problems ?? []) : answer.moves
    const held = status === 409 || (answer.dryRun && moves.length > 0 && !confirmed)
    if (values.json) {
      await io.out(`${JSON.stringify(plans === undefined ? answer : { datafile: answer, experiments: told?.answer ?? null }, null, 2)}\n`)
      return held ? 1 : 0
    }
    await tell(answer.diff ?? null, source, to.environment, io)
    if (held && !dry) {
      await io.out(`${io.style.red('not published')}: ${whose(moves)} would move; --confirm-moves if it is meant\n`)
      return 1
    }
    if (status === 409) return 1
    if (told !== undefined && plans !== undefined) await tellPlans(told.answer, plans, answer, to.environment, io)
    for (const warning of inOrder(answer.warnings, source)) io.err(problemText(warning, source, 'warning', io.errStyle))
    const version = `version ${answer.version}`
    const what = answer.unchanged
      ? `unchanged: ${version} is in force in ${to.environment}`
      : answer.dryRun
        ? `nothing was published: ${held ? `${whose(moves)} would move, which takes --confirm-moves` : `a dry run; ${answer.version === null ? `${to.environment} has no datafile yet` : `${version} stays in force in ${to.environment}`}`}`
        : `${io.style.green('published')}: ${version} in ${to.environment}`
    await io.out(`${what}\ndigest ${answer.digest}\n`)
    return held ? 1 : 0
  },
})

type Sent = Answered<Published>
type Told = Exclude<Answered<PublishedPlans>, { status: 409 }>

/** Publishes plans and datafile, or neither: the worker is asked first whether it would take the datafile. */
async function both(to: Worker, datafile: Source, plans: Source, query: { dryRun?: string; confirm?: string }): Promise<{ sent: Sent; told: Told | undefined }> {
  const look = await to.publish(datafile.text, { ...query, dryRun: 'true' })
  if (look.status !== 200 || (look.answer.moves.length > 0 && query.confirm === undefined && query.dryRun === undefined)) return { sent: look, told: undefined }
  const told = await to.publishPlans(plans.text, query.dryRun === undefined ? {} : { dryRun: query.dryRun })
  if (told.status !== 200) return { sent: look, told: { status: 400, answer: told.answer } }
  return { sent: query.dryRun === undefined ? await to.publish(datafile.text, query) : look, told }
}

/** Tells what the worker says is wrong. */
async function refusal(answer: Refused, source: Source, json: boolean, io: Io): Promise<CliError> {
  if (json) await io.out(`${JSON.stringify(answer, null, 2)}\n`)
  const { message, problems = [] } = answer
  return problems.length > 0 && !json ? failure(source, problems, io) : new CliError(message)
}

/** A file that is forgotten measures nothing. */
function noteBeside({ path }: Source, io: Io): void {
  const beside = experimentsBeside(path, io)
  if (beside !== undefined) io.err(`${io.errStyle.yellow('note:')} \`${beside}\` is not sent: --experiments ${beside} publishes it too\n`)
}

async function tellPlans(answer: PublishedPlans | Refused, plans: Source, { experiments }: Published, environment: string, io: Io): Promise<void> {
  if (!('changes' in answer)) return
  // Those of the datafile beside it are no longer ahead of it.
  const here = new Set(experiments.map(({ flag }) => `$.experiments[${JSON.stringify(flag)}]`))
  const ahead = answer.warnings.filter(({ path }) => !here.has(path))
  for (const warning of inOrder(ahead, plans)) io.err(problemText(warning, plans, 'warning', io.errStyle))
  const changes = (['experiments', 'metrics'] as const).flatMap(what =>
    (['added', 'changed', 'removed'] as const).flatMap(how => {
      const keys = answer.changes[what][how]
      return keys.length === 0 ? [] : [`  ${what} ${how}: ${keys.join(', ')}\n`]
    }),
  )
  const what = answer.unchanged
    ? `unchanged: experiments, version ${answer.version} is in force in ${environment}`
    : answer.dryRun
      ? 'experiments would be published'
      : `${io.style.green('published')}: experiments, version ${answer.version} in ${environment}`
  await io.out(`${what}\n${changes.join('')}`)
}

async function tell(diff: Diff | null, { text }: Source, environment: string, io: Io): Promise<void> {
  if (diff === null) return
  const written = JSON.parse(text) as WrittenDatafile
  await io.out(`${diffText(diff, undefined, namesOf(undefined), namesOf(written, environment), io.style)}\n`)
}

function whose(moves: readonly Problem[]): string {
  const flags = new Set(moves.map(({ path }) => path)).size
  return `people in ${count(flags, 'running experiment')}`
}
