// An explanation as a person reads it: the answer first, then the way to it.

import { columns, type Style } from './style.ts'
import type { Explanation, TestSeen } from './tools.ts'
import type { Names } from './written.ts'

type Rule = Explanation['rules'][number]
type Split = NonNullable<Rule['split']>

const REASONS: Readonly<Record<string, string>> = {
  off: 'the flag is switched off',
  targeted: 'a rule names the variant',
  split: 'the bucket chose it',
  default: 'no rule took the context',
  missing_unit: 'the split has no unit to go by',
  unusable: 'the flag cannot be decided',
  forced: 'the unit is in a forced list',
  holdout: 'the unit is held out',
  prerequisite: 'another flag must be on first',
}

export function explanationText(seen: Explanation, names: Names, style: Style): string {
  return [...path(seen, names, style), ''].join('\n')
}

function path(seen: Explanation, names: Names, style: Style): string[] {
  const lines = [`${style.bold(seen.flag)} → ${style.bold(seen.variant ?? 'nothing')}  ${style.dim(JSON.stringify(seen.value))}`]
  const by = seen.rule === null ? '' : `, ${names.rule(seen.flag, seen.rule)}`
  lines.push(`  ${seen.reason}: ${REASONS[seen.reason] ?? ''}${by}${seen.bucket === null ? '' : `, bucket ${seen.bucket}`}`)
  if (seen.prerequisites !== null) {
    const { hold, tests } = seen.prerequisites
    lines.push(
      '',
      `  prerequisites  ${hold ? style.green('hold') : style.red('do not hold')}`,
      ...indent(testLines(tests, seen, null, names, style), 4),
    )
  }
  for (const rule of seen.rules) lines.push('', ...ruleLines(rule, seen, names, style))
  if (seen.untried > 0 && seen.rules.length > 0)
    lines.push('', style.dim(`  ${seen.untried} more ${seen.untried === 1 ? 'rule was' : 'rules were'} not tried`))
  if (seen.rules.length > 0 && seen.rule === null)
    lines.push('', `  no rule decided: the default, ${style.bold(seen.variant ?? 'nothing')}`)
  if (seen.exposed) lines.push('', `  showing it is an exposure to the experiment ${seen.flag}, run ${seen.run}`)
  return lines
}

function ruleLines(rule: Rule, seen: Explanation, names: Names, style: Style): string[] {
  const verdict = rule.decided
    ? style.green('decides')
    : rule.holds
      ? style.yellow('holds, but leaves the unit to the next rule')
      : style.dim('does not hold')
  const lines = [`  ${names.rule(seen.flag, rule.rule)}  ${verdict}`]
  lines.push(...indent(testLines(rule.tests, seen, rule.rule, names, style), 4))
  if (rule.tests.length === 0) lines.push(style.dim('    no condition'))
  if (rule.split !== null) lines.push(...indent(splitLines(rule.split, style), 4))
  else if (rule.holds && rule.variant !== null) lines.push(`    serves ${rule.variant}`)
  return lines
}

function testLines(tests: readonly TestSeen[], seen: Explanation, rule: number | null, names: Names, style: Style): string[] {
  const through = ({ attribute }: TestSeen): string => {
    const segment = attribute === null ? undefined : names.segment(seen.flag, rule, attribute)
    return segment === undefined ? '' : style.dim(`  segment ${segment}`)
  }
  const rows = tests.map(test => [mark(test.passed, style), asked(test, seen.flag, rule, names), foundText(test, style) + through(test)])
  return columns(rows).flatMap((line, i) => {
    const answer = tests[i]?.answer
    return answer ? [line, ...indent(path(answer, names, style), 4)] : [line]
  })
}

function mark(passed: boolean, style: Style): string {
  return passed ? style.green('yes') : style.red('no')
}

function asked({ attribute, operator, operand, ignoreCase, answer }: TestSeen, flag: string, rule: number | null, names: Names): string {
  if (operator === 'flag') return `flag ${answer?.flag ?? '?'} is ${String(operand)}`
  if (operator.startsWith('now.')) return `now is ${operator === 'now.from' ? 'from' : 'before'} ${instant(operand)}`
  if (operator === 'exists') return `${attribute} exists`
  const [kind, test] = operator.includes('.') ? operator.split('.') : ['', operator]
  const pattern = operator === 'matches' && attribute !== null ? names.pattern(flag, rule, attribute) : undefined
  const what =
    kind === 'date'
      ? instant(operand)
      : operator === 'matches'
        ? pattern === undefined
          ? 'a pattern'
          : JSON.stringify(pattern)
        : short(operand)
  return `${attribute} ${kind === '' ? '' : `${kind} `}${test} ${what}${ignoreCase ? ', whatever its case' : ''}`
}

function foundText({ operator, attribute, found }: TestSeen, style: Style): string {
  if (attribute === null || operator === 'flag') return ''
  return style.dim(found === null || found === undefined ? 'it is missing' : `it is ${short(found)}`)
}

function splitLines(split: Split, style: Style): string[] {
  const { unit, forced, holdout, layer, gate, position, ranges } = split
  if (unit === null) return [`unit    ${split.units.join(', else ')}  ${style.red('missing')}`]
  const rows: string[][] = [['unit', `${unit.attribute} ${JSON.stringify(unit.value)}`]]
  if (forced !== null) rows.push(['forced', `to ${forced}`])
  const slots = (list: readonly (readonly [number, number])[]): string => list.map(([from, until]) => `${from}–${until - 1}`).join(', ')
  if (holdout !== null)
    rows.push([
      'holdout',
      `bucket ${holdout.bucket}, held out are ${slots(holdout.slots)}: ${holdout.inside ? style.yellow('held out') : 'not held out'}`,
    ])
  if (layer !== null)
    rows.push([
      'layer',
      `bucket ${layer.bucket}, its slots are ${slots(layer.slots)}: ${layer.inside ? 'inside' : style.yellow('outside')}`,
    ])
  if (gate !== null) {
    const open =
      gate.cut === null
        ? 'everybody is let in'
        : gate.until === 0
          ? 'nobody is let in'
          : `let in are 0–${gate.until - 1}, ${gate.until / 100} %`
    rows.push(['gate', `bucket ${gate.bucket}, ${open}: ${gate.inside ? 'inside' : style.yellow('outside')}`])
  }
  if (position !== null) rows.push(['split', `bucket ${position.bucket}  ${style.dim(`position ${position.position} of 2³²`)}`])
  for (const { variant, from, until, taken } of ranges) {
    const range = `${String(from).padStart(4)}–${String(until - 1).padEnd(4)} ${variant}`
    rows.push(['', taken ? `${style.green('→')} ${style.bold(range)}` : style.dim(`  ${range}`)])
  }
  return columns(rows)
}

function instant(ms: unknown): string {
  const date = new Date(Number(ms))
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace('.000Z', 'Z')
}

/** A list of thousands is not worth a screen. */
function short(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function indent(lines: readonly string[], by: number): string[] {
  return lines.map(line => (line === '' ? '' : ' '.repeat(by) + line))
}
