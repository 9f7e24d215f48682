import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Context, Decision, Program } from 'isoflag'
import { command, DATAFILE, ENVIRONMENT, NOW } from '../command.ts'
import { contextOf } from '../context.ts'
import { findDatafile } from '../datafile.ts'
import { CliError, reasonOf } from '../errors.ts'
import type { Io } from '../io.ts'
import { lines } from '../lines.ts'
import { didYouMean } from '../nearest.ts'
import { oneProgram, openProgram } from '../program.ts'
import { nowOf } from '../time.ts'

/** What is gathered before it is written. */
const BATCH = 1 << 16

export default command({
  summary: 'decide flags for contexts, a line each',
  operands: '[contexts.jsonl]',
  most: 1,
  about: `
Reads contexts from a file or standard input, one JSON object a line, and prints a line of JSON for every context and flag,
in their order: {flag, value, variant, reason, rule, bucket}. It streams, so there may be millions. The engine is the one
that is in the package. All lines are decided at one moment, --now.`,
  options: {
    datafile: { ...DATAFILE, about: 'the datafile, or a compiled program' },
    flag: { value: 'key', short: 'f', many: true, about: 'decide this flag only' },
    with: { value: 'attribute', many: true, about: 'put this attribute of the context into each line, as `context`' },
    environment: ENVIRONMENT,
    now: NOW,
    json: { about: 'accepted for symmetry: the output is lines of JSON in any case' },
  },
  examples: [
    ['isoflag decide --datafile flags/datafile.json < contexts.jsonl', 'every flag for every context'],
    ['echo \'{"visitorId": "v-1"}\' | isoflag decide -f checkout-redesign', 'one flag for one context'],
    ['isoflag decide -f checkout-redesign --with visitorId contexts.jsonl > assigned.jsonl', 'who would see what'],
  ],
  async run({ values, operands, io }) {
    const now = nowOf(values.now, io.now)
    const found = findDatafile(io, values.datafile)
    if (found === '-' && (operands[0] ?? '-') === '-')
      throw new CliError('datafile and contexts cannot both be standard input', 'name a file for one of them')
    const file = await oneProgram(found, io, values.environment)
    const { path } = file
    const program = await openProgram(file)
    const known = program.keys()
    for (const key of values.flag) {
      if (!known.includes(key))
        throw new CliError(`\`${path}\` has no flag \`${key}\`${didYouMean(key, known)}`, `its flags are ${shortList(known)}`)
    }
    const print = printer(values.with)
    let out = ''
    for await (const { first, lines: some } of lines(contexts(operands[0], io))) {
      for (const [i, line] of some.entries()) {
        if (line.trim() === '') continue
        let context: Context
        try {
          context = contextOf(line, `line ${first + i}`)
        } catch (error) {
          // What was decided before is not lost.
          await io.out(out)
          throw error
        }
        const before = print.before(context)
        for (const decision of decisions(program, values.flag, context, now)) out += before + print.rest(decision)
        if (out.length > BATCH) {
          await io.out(out)
          out = ''
        }
      }
    }
    if (out !== '') await io.out(out)
    return 0
  },
})

function decisions(program: Program, flags: readonly string[], context: Context, now: number): readonly Decision[] {
  const options = { now }
  return flags.length > 0 ? flags.map(flag => program.decide(flag, context, options)) : Object.values(program.decideAll(context, options))
}

function contexts(path: string | undefined, io: Io): AsyncIterable<Uint8Array> {
  if (path !== undefined && path !== '-') return reading(path, io)
  if (io.stdin.isTTY) io.err(`${io.errStyle.dim('reading contexts, one JSON object a line; Ctrl-D ends')}\n`)
  return io.stdin
}

async function* reading(path: string, io: Io): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(resolve(io.cwd, path), { highWaterMark: BATCH })
  } catch (error) {
    throw new CliError(`cannot read \`${path}\`: ${reasonOf(error)}`, 'paths are relative to the folder you are in')
  }
}

/** Writes lines of JSON; what is the same for a flag and variant is put together once. */
function printer(attributes: readonly string[]): { before(context: Context): string; rest(decision: Decision): string } {
  const heads = new Map<string, Map<string | null, string>>()
  return {
    before(context) {
      if (attributes.length === 0) return '{'
      const kept = attributes
        .filter(name => Object.hasOwn(context, name))
        .map(name => `${JSON.stringify(name)}:${JSON.stringify(context[name])}`)
      return `{"context":{${kept.join()}},`
    },
    rest({ flag, value, variant, reason, rule, bucket }) {
      let byVariant = heads.get(flag)
      if (byVariant === undefined) heads.set(flag, (byVariant = new Map()))
      let head = byVariant.get(variant)
      if (head === undefined) {
        head = `"flag":${JSON.stringify(flag)},"value":${JSON.stringify(value ?? null)},"variant":${JSON.stringify(variant)},"reason":"`
        byVariant.set(variant, head)
      }
      return `${head}${reason}","rule":${rule},"bucket":${bucket}}\n`
    },
  }
}

function shortList(words: readonly string[]): string {
  return words.length > 8 ? `${words.slice(0, 8).join(', ')} and ${words.length - 8} more` : words.join(', ')
}
