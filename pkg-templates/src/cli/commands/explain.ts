import { command, DATAFILE, ENVIRONMENT, NOW } from '../command.ts'
import { oneContext, wellFormedJson } from '../context.ts'
import { findDatafile } from '../datafile.ts'
import { CliError } from '../errors.ts'
import { explanationText } from '../explanation.ts'
import type { Io } from '../io.ts'
import { didYouMean } from '../nearest.ts'
import { oneProgram } from '../program.ts'
import { nowOf } from '../time.ts'
import { tools } from '../tools.ts'
import { namesOf, type WrittenDatafile } from '../written.ts'

export default command({
  summary: 'say why one context gets its variant: every rule, condition, bucket and cut on the way',
  operands: '<flag> [attribute=value …]',
  most: Infinity,
  about: `
Decides one flag for one context and tells the whole path. Attributes are written as words, given as JSON with --context, or
read from standard input. A word is JSON where it looks like it (18, true, ["a"]) and text otherwise; an attribute that the
datafile declares as text is always text. Conditions that could no longer change the outcome are not asked, and not shown.`,
  options: {
    datafile: { ...DATAFILE, about: 'the datafile, or a compiled program' },
    context: { value: 'json', short: 'c', about: 'the context, a JSON object' },
    environment: ENVIRONMENT,
    now: NOW,
    json: { about: 'print the path as JSON' },
  },
  examples: [
    ['isoflag explain checkout-redesign visitorId=v-1 country=DE staff=true', 'why does this visitor see this?'],
    [`isoflag explain checkout-redesign --context '{"visitorId": "v-1"}' --json`, 'for a program'],
    ['isoflag explain sale --now 2026-11-27 visitorId=v-1', 'what will it be on Black Friday?'],
  ],
  async run({ values, operands: [flag, ...words], io }) {
    if (flag === undefined) throw new CliError('which flag?', 'isoflag explain <flag> [attribute=value …]')
    if (flag.includes('=')) throw new CliError(`the flag comes first, \`${flag}\` was found`, 'isoflag explain <flag> [attribute=value …]')
    const { bytes, path, source } = await oneProgram(findDatafile(io, values.datafile), io, values.environment)
    const written = source === undefined ? undefined : (JSON.parse(source.text) as WrittenDatafile)
    const context = await oneContext(values.context, words, written?.attributes ?? {}, io)
    noteUnknown(context, written?.attributes, io)
    const answer = tools().explain(bytes, flag, wellFormedJson(JSON.stringify(context)), nowOf(values.now, io.now))
    if (!answer.ok) {
      const known = written === undefined ? [] : Object.keys(written.flags)
      const there = known.length > 0 && known.length <= 20 && !known.includes(flag) ? `its flags are ${known.join(', ')}` : undefined
      throw new CliError(`\`${path}\`: ${answer.message}${known.includes(flag) ? '' : didYouMean(flag, known)}`, there)
    }
    const { explanation } = answer
    await io.out(values.json ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation, namesOf(written, values.environment), io.style))
    return 0
  },
})

/** An attribute that no flag can ask is most often a slip, and reads as one that is missing. */
function noteUnknown(context: object, declared: Readonly<Record<string, unknown>> | undefined, io: Io): void {
  if (declared === undefined) return
  const known = Object.keys(declared)
  // `user` may be there for `user.plan`.
  const unknown = Object.keys(context).filter(name => !known.some(other => other === name || other.startsWith(`${name}.`)))
  for (const name of unknown) io.err(`${io.errStyle.yellow('note:')} the datafile declares no attribute \`${name}\`${didYouMean(name, known)}\n`)
}
