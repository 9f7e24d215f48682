import { command, DATAFILE, ENVIRONMENT } from '../command.ts'
import { compileOrFail, inOrder, noteEnvironments, problemText, readDatafile } from '../datafile.ts'
import { writeOut } from '../files.ts'
import { readProgram } from '../program.ts'
import { columns, count } from '../style.ts'

export default command({
  summary: 'compile a datafile to a program, the bytes every engine runs',
  operands: '[datafile]',
  most: 1,
  about: `
Compiles a datafile and writes the program. A worker compiles what is published to it by itself; this is for programs that
are shipped with an app, put behind a CDN or compared byte by byte. The same datafile always gives the same bytes.`,
  options: {
    datafile: DATAFILE,
    out: { value: 'file', short: 'o', about: 'where the program goes; `-` is standard output, `program.isof` by default' },
    environment: ENVIRONMENT,
    previous: { value: 'file', about: 'the program or datafile it replaces: where weights change, as few units as possible move' },
    json: { about: 'print {out, bytes, digest, experiments, warnings} as JSON' },
  },
  examples: [
    ['isoflag compile flags/datafile.json -o public/program.isof', 'ship a program with an app'],
    ['isoflag compile next.json --previous live.json', 'after a change of weights'],
    ['isoflag compile -d - -o - < datafile.json | sha256sum', 'as a filter'],
  ],
  async run({ values, operands, io }) {
    const source = await readDatafile(io, values.datafile, operands[0])
    const previous = values.previous === undefined ? undefined : (await readProgram(values.previous, io, { environment: values.environment })).bytes
    const { program, digest, experiments, warnings } = compileOrFail(source, io, { previous, environment: values.environment })
    noteEnvironments(source, values.environment, io)
    const out = values.out ?? 'program.isof'
    await writeOut(out, program, io)
    // The program itself may be on standard output: then what is said about it goes beside it.
    const say = out === '-' ? async (text: string) => io.err(text) : io.out
    if (values.json) {
      await say(`${JSON.stringify({ out, bytes: program.length, digest, experiments, warnings }, null, 2)}\n`)
      return 0
    }
    for (const warning of inOrder(warnings, source)) io.err(problemText(warning, source, 'warning', io.errStyle))
    if (out === '-') return 0
    const rows = [
      ['program', `${out}, ${count(program.length, 'byte')}`],
      ['digest', digest],
      ...experiments.map(({ flag, run, arms }, i) => [i === 0 ? 'experiments' : '', `${flag}, run ${run}, ${count(arms.length, 'arm')}`]),
    ]
    await io.out(`${columns(rows).join('\n')}\n`)
    return 0
  },
})
