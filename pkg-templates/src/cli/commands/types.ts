import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, DATAFILE } from '../command.ts'
import { compileOrFail, readDatafile } from '../datafile.ts'
import { declarations, type TypedFlag } from '../declare/flags.ts'
import { writeOut } from '../files.ts'
import { count } from '../style.ts'

export default command({
  summary: "write TypeScript types, so that an unknown key does not compile and values have their flag's type",
  operands: '[datafile]',
  most: 1,
  about: `
Writes a file of declarations that fills the interface Register of isoflag. With it in the project, useFlag, useExperiment,
readFlag, getFlag and decide take only keys the datafile has; a string is one of its variants' values, a flag of type json
has the type its schema says. Commit the file, and hold it up to date in CI with --check.`,
  options: {
    datafile: DATAFILE,
    out: { value: 'file', short: 'o', about: 'where the types go; `-` is standard output, `isoflag.d.ts` by default' },
    check: { about: 'write nothing; end with code 1 when the file is not what would be written' },
    json: { about: 'print {out, flags, changed} as JSON' },
  },
  examples: [
    ['isoflag types flags/datafile.json -o src/isoflag.d.ts', 'after changing the datafile'],
    ['isoflag types flags/datafile.json -o src/isoflag.d.ts --check', 'in CI'],
  ],
  findings: 'with --check, the file is not up to date',
  async run({ values, operands, io }) {
    const source = await readDatafile(io, values.datafile, operands[0])
    compileOrFail(source, io)
    const { flags } = JSON.parse(source.text) as { flags: Record<string, TypedFlag> }
    const text = declarations(flags)
    const out = values.out ?? 'isoflag.d.ts'
    if (out === '-') {
      await io.out(text)
      return 0
    }
    const before = await readFile(resolve(io.cwd, out), 'utf8').catch(() => undefined)
    const changed = before?.replaceAll('\r\n', '\n') !== text
    if (changed && !values.check) await writeOut(out, text, io)
    const number = Object.keys(flags).length
    if (values.json) await io.out(`${JSON.stringify({ out, flags: number, changed }, null, 2)}\n`)
    else if (!changed) await io.out(`${out} is up to date, ${count(number, 'flag')}\n`)
    else if (values.check)
      await io.out(
        `${out} ${before === undefined ? 'is not there' : 'is not up to date'}: run \`isoflag types ${source.path} -o ${out}\`\n`,
      )
    else await io.out(`wrote ${out}, ${count(number, 'flag')}\n`)
    return changed && values.check ? 1 : 0
  },
})
