import { command, DATAFILE, ENVIRONMENT, NOW } from '../command.ts'
import { compileOrFail, environmentsOf, readDatafile } from '../datafile.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { didYouMean, nearest } from '../nearest.ts'
import type { References } from '../references/find.ts'
import type { Place, Use } from '../references/uses.ts'
import { PERMANENT, sameEverywhere, type Stale, staleFlags, type WrittenFlag } from '../stale.ts'
import { columns, count, type Style } from '../style.ts'
import { nowOf } from '../time.ts'
import { tools } from '../tools.ts'

/** What may be found, and whether it fails by default. A key that is computed is only worth a look. */
const KINDS = { unknown: true, unused: true, expired: true, constant: true, mentioned: false, dynamic: false, unread: false }
type Kind = keyof typeof KINDS

export default command({
  summary: 'find every use of a flag in a code base, and the flags that have had their time',
  operands: '[folder or file …]',
  most: Infinity,
  about: `
Parses TypeScript, JavaScript and JSX (of Vue, Svelte and Astro the scripts) and follows each key to the call that reads it:
useFlag, useExperiment, useDecision, <Exposure>, getFlag, getDecision, readFlag, decide, snapshots; imported under other names,
destructured, handed through wrappers of your own, components and other files; keys in constants, enums, objects, templates. With
git, ignored files are left out. Nothing is run.

Findings are
  unknown   code reads a flag that the datafile does not have
  unused    no code reads the flag
  expired   the flag's date \`expires\` has passed
  constant  everybody gets the same variant in every environment: the other branch is dead code
  mentioned no call is known to read the flag, but its key stands in the code; fails only with --fail-on
  dynamic   a key that is made at run time and could not be followed; fails only with --fail-on
  unread    a file that could not be parsed; fails only with --fail-on
A flag tagged \`${PERMANENT}\` is never expired or constant.`,
  options: {
    datafile: DATAFILE,
    flag: { value: 'key', short: 'f', many: true, about: 'show the uses of this flag only' },
    environment: { ...ENVIRONMENT, about: 'look for constant flags in this environment only' },
    ignore: { value: 'glob', many: true, about: "leave out files, e.g. '**/*.test.*'" },
    'fail-on': { value: 'kinds', about: 'which findings end with code 1, a list with commas; `none` for none' },
    now: NOW,
    json: { about: 'print {files, uses, unknown, stale, dynamic, unread} as JSON' },
  },
  examples: [
    ['isoflag references src', 'what is used where, and what is stale'],
    ["isoflag references --ignore '**/*.test.*' --fail-on unknown,dynamic", 'in CI'],
    ['isoflag references -f checkout-redesign', 'before deleting a flag'],
  ],
  findings: 'there are findings of the kinds that fail: unknown, unused, expired, constant unless --fail-on says otherwise',
  async run({ values, operands, io }) {
    const failing = kindsOf(values['fail-on'])
    const source = await readDatafile(io, values.datafile)
    const environments = values.environment === undefined ? environmentsOf(source.text) : [values.environment]
    const programs = (environments.length === 0 ? [undefined] : environments).map(environment => compileOrFail(source, io, { environment }).program)
    const { flags } = JSON.parse(source.text) as { flags: Record<string, WrittenFlag> }
    for (const key of values.flag) {
      if (!Object.hasOwn(flags, key)) throw new CliError(`\`${source.path}\` has no flag \`${key}\`${didYouMean(key, Object.keys(flags))}`)
    }
    const known = new Set(Object.keys(flags))
    // The parser is most of the command line's bytes; who asks for help does not wait for it.
    const { findReferences } = await import('../references/find.ts')
    const found = await findReferences(operands.length > 0 ? operands : ['.'], values.ignore, io.cwd, known)
    const constants = sameEverywhere(programs.map(program => tools().constants(program)))
    const stale = staleFlags(flags, constants, found, nowOf(values.now, io.now))
    const only = new Set(values.flag)
    const wanted = ({ flag }: { flag: string }): boolean => only.size === 0 || only.has(flag)
    const report: Report = {
      found,
      uses: found.uses.filter(use => known.has(use.flag)).filter(wanted),
      unknown: found.uses
        .filter(use => !known.has(use.flag) && only.size === 0)
        .map(use => ({ ...use, near: nearest(use.flag, known) ?? null })),
      stale: stale.filter(wanted),
      total: known.size,
    }
    if (values.json) await io.out(`${JSON.stringify(asJson(report), null, 2)}\n`)
    else await print(report, flags, io)
    const there = new Set<Kind>(report.stale.map(({ why }) => why))
    if (report.unknown.length > 0) there.add('unknown')
    if (found.dynamic.length > 0) there.add('dynamic')
    if (found.unread.length > 0) there.add('unread')
    return failing.some(kind => there.has(kind)) ? 1 : 0
  },
})

interface Report {
  readonly found: References
  readonly uses: readonly Use[]
  readonly unknown: readonly (Use & { readonly near: string | null })[]
  readonly stale: readonly Stale[]
  readonly total: number
}

function kindsOf(written: string | undefined): readonly Kind[] {
  const all = Object.keys(KINDS) as Kind[]
  if (written === undefined) return all.filter(kind => KINDS[kind])
  if (written === 'none') return []
  return written.split(',').map(word => {
    const kind = all.find(kind => kind === word.trim())
    if (kind === undefined)
      throw new CliError(
        `\`--fail-on ${written}\`: \`${word.trim()}\` is no kind of finding${didYouMean(word.trim(), all)}`,
        `the kinds are ${all.join(', ')}`,
      )
    return kind
  })
}

function asJson({ found: { files, dynamic, unread }, uses, unknown, stale }: Report): object {
  return { files, uses, unknown, stale, dynamic, unread }
}

async function print({ found, uses, unknown, stale, total }: Report, flags: Readonly<Record<string, WrittenFlag>>, io: Io): Promise<void> {
  const { style } = io
  const lines: string[] = []
  for (const flag of Object.keys(flags)) {
    const of = uses.filter(use => use.flag === flag)
    if (of.length === 0) continue
    const reads = of.filter(({ kind }) => kind === 'read').length
    lines.push(`${style.bold(flag)}  ${count(reads, 'use')}`, ...indented(of, style, ({ kind }) => (kind === 'list' ? 'listed' : '')), '')
  }
  section(
    lines,
    style.red('unknown flags'),
    unknown,
    style,
    ({ flag, near }) => `there is no flag \`${flag}\`${near === null ? '' : `, did you mean \`${near}\`?`}`,
  )
  section(lines, style.yellow('keys that could not be followed'), found.dynamic, style, ({ why }) => why)
  if (found.unread.length > 0) {
    lines.push(
      style.yellow('files that could not be parsed'),
      ...found.unread.map(({ path, message }) => `  ${path}  ${style.dim(message)}`),
      '',
    )
  }
  if (stale.length > 0) {
    const rows = stale.map(({ flag, why, what, owner }) => [`  ${flag}`, why, what + (owner === null ? '' : style.dim(`  owner ${owner}`))])
    lines.push(style.yellow('stale flags'), ...columns(rows), '')
  }
  const read = new Set(found.uses.filter(({ kind, flag }) => kind === 'read' && Object.hasOwn(flags, flag)).map(({ flag }) => flag)).size
  lines.push(`${read} of ${count(total, 'flag')} read in ${count(found.files.seen, 'file')}, ${count(found.uses.length, 'use')}`)
  await io.out(`${lines.join('\n')}\n`)
}

function section<T extends Place>(lines: string[], title: string, places: readonly T[], style: Style, note: (place: T) => string): void {
  if (places.length > 0) lines.push(title, ...indented(places, style, note), '')
}

function indented<T extends Place>(places: readonly T[], style: Style, note: (place: T) => string = () => ''): string[] {
  return columns(
    places.map(place => [`  ${place.file}:${place.line}:${place.column}`, ...[note(place)].filter(Boolean), style.dim(place.code)]),
  )
}
