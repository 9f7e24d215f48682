import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { command } from '../command.ts'
import { CliError, reasonOf } from '../errors.ts'
import { writeOut } from '../files.ts'

export default command({
  summary: 'write a first datafile, and what its experiment is judged by',
  operands: '[folder]',
  most: 1,
  about: `
Writes datafile.json, with a rollout and an experiment, and experiments.json, with its metrics and its plan, into a folder,
\`flags\` by default. Both name their JSON Schema, so that editors check and complete them. Nothing is overwritten.`,
  options: { json: { about: 'print {files} as JSON' } },
  examples: [
    ['isoflag init', 'in a new project'],
    ['isoflag init config/flags', 'somewhere else'],
  ],
  async run({ values, operands: [folder = 'flags'], io }) {
    const files = { [join(folder, 'datafile.json')]: datafile, [join(folder, 'experiments.json')]: experiments }
    for (const path of Object.keys(files))
      if (existsSync(resolve(io.cwd, path))) throw new CliError(`\`${path}\` is there already`, `name another folder: isoflag init <folder>`)
    await mkdir(resolve(io.cwd, folder), { recursive: true }).catch(error => {
      throw new CliError(`cannot make \`${folder}\`: ${reasonOf(error)}`)
    })
    // Editors want the way from the file, with slashes.
    const modules = relative(resolve(io.cwd, folder), resolve(io.cwd, 'node_modules/isoflag')).split(sep).join('/')
    for (const [path, content] of Object.entries(files)) await writeOut(path, `${JSON.stringify(content(modules), null, 2)}\n`, io)
    const [flags = '', plans = ''] = Object.keys(files)
    if (values.json) await io.out(`${JSON.stringify({ files: [flags, plans] })}\n`)
    else
      await io.out(`wrote ${flags} and ${plans}; go on with
  isoflag check ${flags}
  isoflag explain new-checkout visitorId=v-1 -d ${flags}
  isoflag publish ${flags} -x ${plans} --url <worker>
`)
    return 0
  },
})

function datafile(modules: string): object {
  return {
    $schema: `${modules}/datafile.schema.json`,
    version: 1,
    attributes: { visitorId: 'string', country: 'string', staff: 'boolean' },
    flags: {
      'free-shipping': {
        description: 'A rollout: staff, and a tenth of all visitors.',
        type: 'boolean',
        variants: { on: true, off: false },
        off: 'off',
        rules: [
          { if: { attribute: 'staff', equals: true }, variant: 'on' },
          { split: { unit: 'visitorId', gate: 10, arms: [{ variant: 'on', weight: 100 }] } },
        ],
      },
      'new-checkout': {
        description: 'An experiment, as its split names a control.',
        type: 'string',
        variants: { control: 'control', new: 'new' },
        off: 'control',
        rules: [
          { split: { unit: 'visitorId', control: 'control', arms: [{ variant: 'control', weight: 50 }, { variant: 'new', weight: 50 }] } },
        ],
      },
    },
  }
}

function experiments(modules: string): object {
  return {
    $schema: `${modules}/experiments.schema.json`,
    version: 1,
    metrics: {
      bought: { kind: 'conversion', event: 'checkout_completed' },
      tickets: { kind: 'count', event: 'ticket_opened', direction: 'decrease' },
    },
    experiments: {
      'new-checkout': {
        hypothesis: 'One page instead of three loses fewer people on the way to paying.',
        primary: 'bought',
        guardrails: ['tickets'],
        plan: { baseline: 3.2, mde: 10, minDays: 14 },
      },
    },
  }
}
