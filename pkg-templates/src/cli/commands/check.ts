import { command, DATAFILE } from '../command.ts'
import { environmentsOf, experimentsBeside, inOrder, type Located, problemText, readDatafile, type Source } from '../datafile.ts'
import { idlePlans, readPlans } from '../experiments.ts'
import { count } from '../style.ts'
import { type Problem, tools } from '../tools.ts'

export default command({
  summary: 'say what is wrong with a datafile and its experiments, and where',
  operands: '[datafile]',
  most: 1,
  about: `
Reads a datafile, for every environment it declares, and experiments.json, and tells all problems at once with line, JSON path,
what was found and what to do. Of a rule or a segment that cannot be read (an unknown field, a wrong type) only that is told:
what else is wrong with it shows when it can. What is allowed but looks wrong is a warning; with --strict warnings count as problems.`,
  options: {
    datafile: DATAFILE,
    experiments: { value: 'file', short: 'x', about: 'the plans; `experiments.json` beside the datafile if it is there' },
    strict: { about: 'count warnings as problems' },
    json: { about: 'print {ok, problems, warnings} as JSON' },
  },
  examples: [
    ['isoflag check flags/datafile.json', 'before a commit'],
    ['isoflag check --strict --json < datafile.json -d -', 'in a pipeline'],
  ],
  findings: 'there are problems',
  async run({ values, operands, io }) {
    const source = await readDatafile(io, values.datafile, operands[0])
    const beside = values.experiments ?? experimentsBeside(source.path, io)
    const plans = beside === undefined ? undefined : await readPlans(beside, io)
    const answer = tools().check(source.text, plans?.problems.length === 0 ? plans.text : undefined)
    const problems = [...placed(source, answer.ok ? [] : answer.problems), ...(plans === undefined ? [] : placed(plans, plans.problems))]
    const flags = answer.ok ? Object.keys((JSON.parse(source.text) as { flags: object }).flags) : []
    const experiments = answer.ok ? experimentsOf(source.text) : new Set<string>()
    const idle = answer.ok && plans !== undefined ? placed(plans, idlePlans(plans, flags, experiments)) : []
    const warnings = [...placed(source, answer.ok ? answer.warnings : []), ...idle]
    const findings = problems.length + (values.strict ? warnings.length : 0)
    if (values.json) {
      const plain = (list: readonly Placed[]) => list.map(({ of, place, ...problem }) => ({ file: of.path, ...problem, ...place }))
      await io.out(`${JSON.stringify({ ok: findings === 0, problems: plain(problems), warnings: plain(warnings) }, null, 2)}\n`)
      return findings === 0 ? 0 : 1
    }
    for (const { of, ...problem } of problems) await io.out(problemText(problem, of, 'error', io.style))
    for (const { of, ...warning } of warnings) await io.out(problemText(warning, of, 'warning', io.style))
    const told = [problems.length > 0 && count(problems.length, 'problem'), warnings.length > 0 && count(warnings.length, 'warning')].filter(Boolean)
    const running = experiments.size > 0 ? `, ${count(experiments.size, 'experiment')}` : ''
    const fine = `${io.style.green('fine')}: ${[`${count(flags.length, 'flag')}${running}`, ...told].join(', ')}`
    await io.out(`${problems.length === 0 ? fine : told.join(', ')}\n`)
    return findings === 0 ? 0 : 1
  },
})

type Placed = Located & { of: Source }

/** Problems of a file, and which it is. */
function placed(of: Source, problems: readonly Problem[]): Placed[] {
  return inOrder(problems, of).map(problem => ({ ...problem, of }))
}

/** The flags that are an experiment in one environment or another. */
function experimentsOf(text: string): Set<string> {
  const all = [undefined, ...environmentsOf(text)].map(environment => tools().compile(text, { environment }))
  return new Set(all.flatMap(compiled => (compiled.ok ? compiled.experiments.map(({ flag }) => flag) : [])))
}
