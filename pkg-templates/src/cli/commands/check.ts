import { command, DATAFILE } from '../command.ts'
import { experimentsBeside, problemText, readDatafile } from '../datafile.ts'
import { readText } from '../files.ts'
import { locate } from '../locate.ts'
import { count } from '../style.ts'
import { type Problem, tools } from '../tools.ts'

export default command({
  summary: 'say what is wrong with a datafile, and where',
  operands: '[datafile]',
  most: 1,
  about: `
Reads a datafile, for every environment it declares, and tells the problems with line, JSON path, what was found and what to
do. They are looked for in every flag, rule and segment by itself; of one that cannot be read (an unknown field, a wrong type)
the first is told. What is allowed but looks wrong is a warning; with --strict warnings count as problems.`,
  options: {
    datafile: DATAFILE,
    experiments: { value: 'file', about: 'the plans, to warn of experiments that nothing watches; `experiments.json` beside the datafile if it is there' },
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
    const experimentsFile = values.experiments ?? experimentsBeside(source.path, io)
    const answer = tools().check(source.text, experimentsFile && (await readText(experimentsFile, io)))
    const problems = answer.ok ? [] : answer.problems
    const warnings = answer.ok ? answer.warnings : []
    const findings = problems.length + (values.strict ? warnings.length : 0)
    if (values.json) {
      const placed = (list: readonly Problem[]) => list.map(({ path, message }) => ({ path, message, ...locate(source.text, path) }))
      await io.out(`${JSON.stringify({ ok: findings === 0, problems: placed(problems), warnings: placed(warnings) }, null, 2)}\n`)
      return findings === 0 ? 0 : 1
    }
    for (const problem of problems) await io.out(problemText(problem, source, 'error', io.style))
    for (const warning of warnings) await io.out(problemText(warning, source, 'warning', io.style))
    const told = [
      problems.length > 0 && count(problems.length, 'problem'),
      warnings.length > 0 && count(warnings.length, 'warning'),
    ].filter(Boolean)
    const flags = answer.ok ? Object.keys((JSON.parse(source.text) as { flags: object }).flags).length : 0
    const compiled = answer.ok ? tools().compile(source.text) : undefined
    const running = compiled?.ok === true ? compiled.experiments.length : 0
    const experiments = running > 0 ? `, ${count(running, 'experiment')}` : ''
    const fine = `${io.style.green('fine')}: ${count(flags, 'flag')}${experiments}`
    await io.out(answer.ok ? `${fine}${told.length > 0 ? `, ${told.join(', ')}` : ''}\n` : `${told.join(', ')}\n`)
    return findings === 0 ? 0 : 1
  },
})
