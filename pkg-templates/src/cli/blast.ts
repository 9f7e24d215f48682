// A difference as a person reads it: the alarms first, then who moves from what to what.

import { columns, count, type Style } from './style.ts'
import type { ContextsDiff, Diff, FlagDiff } from './tools.ts'
import type { Names } from './written.ts'

type Range = FlagDiff['moved']
type Group = FlagDiff['groups'][number]
type When = Group['when'][number]
type End = Group['flows'][number]['from']

export function diffText(diff: Diff, contexts: ContextsDiff | undefined, before: Names, after: Names, style: Style): string {
  const blocks: string[][] = []
  for (const flag of diff.changed) blocks.push(flagLines(flag, before, after, style))
  if (diff.added.length > 0) blocks.push([`${style.green('new')}      ${diff.added.join(', ')}`])
  if (diff.removed.length > 0) blocks.push([`${style.red('removed')}  ${diff.removed.join(', ')}: code that reads them gets its fallback`])
  if (contexts !== undefined) blocks.push(contextLines(contexts, style))
  const moving = diff.changed.filter(({ moved }) => moved.most > 0).length
  const alarms = diff.changed.reduce((sum, { experiment }) => sum + (experiment?.alarms.length ?? 0), 0)
  const parts = [`${count(diff.changed.length, 'flag')} changed`, `${moving} may move people`, `${count(diff.unchanged, 'flag')} unchanged`]
  if (alarms > 0) parts.push(style.red(count(alarms, 'alarm')))
  blocks.push([
    diff.changed.length + diff.added.length + diff.removed.length === 0
      ? `no difference, ${count(diff.unchanged, 'flag')}`
      : parts.join(', '),
  ])
  return `${blocks.map(block => block.join('\n')).join('\n\n')}\n`
}

function flagLines(diff: FlagDiff, before: Names, after: Names, style: Style): string[] {
  const { moved, complete, exact } = diff
  // A bound of everybody says nothing; any other is worth reading, and nobody at most is nobody.
  const share = exact
    ? `${rangeText(moved)} of units move`
    : moved.least === 0 && moved.most === 1
      ? 'how many units move cannot be computed: pass --contexts'
      : `at most ${percent(moved.most)} of units move${moved.least > 0 ? `, at least ${percent(moved.least)}` : ''}: pass --contexts for how many do`
  const lines = [`${style.bold(diff.flag)}  ${moved.most > 0 ? style.yellow(share) : 'nobody moves'}`]
  if (!complete) lines.push(style.dim('  the conditions combine in too many ways to list who moves'))
  if (diff.experiment !== null) {
    const { before: old, after: run, moved: within, dropped, entered, alarms } = diff.experiment
    lines.push(
      `  running experiment, ${run === null ? `run ${old} ends` : run === old ? `run ${old} goes on` : `run ${old} ends, ${run} begins`}`,
    )
    const rows = [
      ['change arms', within],
      ['leave', dropped],
      ['enter', entered],
    ].filter((row): row is [string, Range] => (row[1] as Range).most > 0)
    lines.push(...columns(rows.map(([what, range]) => [`    ${what}`, `${rangeText(range)} of units`])))
    for (const { message } of alarms) lines.push(`  ${style.red('alarm')}  ${message}`)
  }
  for (const group of diff.groups) {
    if (group.flows.length === 0) continue
    lines.push(`  ${whenText(group, diff.flag, before, after)}`)
    const rows = group.flows.map(({ from, to, share }) => [
      `    ${percent(share).padStart(9)}`,
      `${from.variant} → ${to.variant}`,
      style.dim(endsText(from, to, diff.flag, before, after)),
    ])
    lines.push(...columns(rows))
  }
  for (const { attributes, before: old, after: next } of diff.conditions) {
    const where =
      old === null
        ? `${placeText(next, diff.flag, after)} asks a new condition`
        : next === null
          ? `${placeText(old, diff.flag, before)} asked a condition that is gone`
          : `${placeText(next, diff.flag, after)} asks another condition`
    lines.push(`  ${where}${attributes.length > 0 ? ` on ${attributes.join(', ')}` : ''}`)
  }
  for (const { variant, before: old, after: next } of diff.values)
    lines.push(`  ${variant} is another value: ${JSON.stringify(old)} → ${JSON.stringify(next)}`)
  const forced = diff.forced
    .slice(0, 5)
    .map(({ unit, before: old, after: next }) => `${unit}: ${old ?? 'not forced'} → ${next ?? 'not forced'}`)
  if (forced.length > 0)
    lines.push(
      `  forced  ${forced.join(', ')}${diff.forced.length > forced.length ? ` and ${diff.forced.length - forced.length} more` : ''}`,
    )
  if (diff.later.length > 0)
    lines.push(
      style.dim(`  otherwise again at ${diff.later.map(ms => new Date(ms).toISOString().replace('.000Z', 'Z')).join(', ')}: see --now`),
    )
  return lines
}

function whenText({ when }: Group, flag: string, before: Names, after: Names): string {
  if (when.length === 0) return 'everybody'
  const parts: string[] = []
  const told = new Set<When>()
  for (const one of when) {
    if (told.has(one)) continue
    // A condition that was changed is two questions at one place: what was answered, and what is.
    const other = when.find(other => other !== one && changed(one, other))
    if (other !== undefined) told.add(other)
    parts.push(answerText(one, other, flag, before, after))
  }
  return `where ${parts.join(', ')}`
}

function changed(one: When, other: When): boolean {
  const [gone, fresh] = one.after.length === 0 ? [one, other] : [other, one]
  if (gone.after.length > 0 || fresh.before.length > 0) return false
  return gone.before.some(old => fresh.after.some(next => old.flag === next.flag && old.rule === next.rule))
}

function answerText(one: When, other: When | undefined, flag: string, before: Names, after: Names): string {
  const { unit, attributes, holds } = one
  if (unit !== null) return `${unit} is ${holds ? 'there' : 'missing'}`
  const [place, names] = one.after[0] !== undefined ? [one.after[0], after] : [one.before[0] ?? null, before]
  const what = `${placeText(place, flag, names)}${attributes.length > 0 ? ` (${attributes.join(', ')})` : ''}`
  const word = (answer: boolean): string => (answer ? 'holds' : 'does not hold')
  if (other === undefined) return `${what} ${one.after.length === 0 ? (holds ? 'held' : 'did not hold') : word(holds)}`
  const [old, next] = one.after.length === 0 ? [one, other] : [other, one]
  return `${what} ${old.holds ? 'held' : 'did not hold'}, now ${word(next.holds)}`
}

function placeText(place: When['before'][number] | null, flag: string, names: Names): string {
  if (place === null) return 'a rule'
  const what = place.rule === null ? 'the prerequisites' : names.rule(place.flag, place.rule)
  return place.flag === flag ? what : `${what} of ${place.flag}`
}

function endsText(from: End, to: End, flag: string, before: Names, after: Names): string {
  const end = ({ reason, rule, exposed }: End, names: Names): string =>
    `${reason}${rule === null ? '' : ` by ${names.rule(flag, rule)}`}${exposed ? ', exposed' : ''}`
  const [was, is] = [end(from, before), end(to, after)]
  return was === is ? is : `${was} → ${is}`
}

function contextLines({ contexts, flags }: ContextsDiff, style: Style): string[] {
  const lines = [style.bold(`of ${count(contexts, 'context')}`)]
  if (flags.length === 0) lines.push('  nobody moves')
  for (const { flag, moved, flows } of flags) {
    lines.push(`  ${flag}  ${moved} move, ${percent(contexts === 0 ? 0 : moved / contexts)}`)
    const rows = flows.map(({ from, to, count: number, examples }) => [
      `    ${String(number).padStart(9)}`,
      `${from.variant} → ${to.variant}`,
      style.dim(
        `${from.reason} → ${to.reason}, first ${examples.length === 1 ? 'is context' : 'are contexts'} ${examples.map(index => index + 1).join(', ')}`,
      ),
    ])
    lines.push(...columns(rows))
  }
  return lines
}

function rangeText({ least, most }: Range): string {
  return least === most ? percent(most) : `${percent(least)} to ${percent(most)}`
}

/** As exact as it is worth: a share that is not nothing never reads 0. */
function percent(share: number): string {
  const hundred = share * 100
  if (hundred > 0 && hundred < 0.0001) return '< 0.0001 %'
  return `${Number(hundred.toFixed(4))} %`
}
