// The order of evaluation, walked through on the written datafile.

import { attribute, type Context } from './context.ts'
import { parseDate } from './date.ts'
import { type Asked, type Condition, type Datafile, type Flag, own, type Rule, several, type Switches } from './model.ts'
import { arm, type Reason, type Verdict } from './split.ts'
import { passes, type Seen, told } from './tests.ts'

export interface Question {
  readonly context: Context
  /** Milliseconds since 1970. */
  readonly now: number
  /** The environment, if one is meant. */
  readonly environment?: string | undefined
  /** A variant the host insists on. */
  readonly override?: string | undefined
  /** The variant this unit had before. */
  readonly sticky?: string | undefined
}

export interface Answer {
  readonly variant: string | null
  readonly reason: Reason
  readonly rule: number | null
  readonly bucket: number | null
  /** The attribute that was the unit. */
  readonly unit: string | null
  /** The id that was hashed. */
  readonly id: string | null
  readonly exposed: boolean
}

const none = { rule: null, bucket: null, unit: null, id: null, exposed: false } as const

export class Oracle {
  private readonly datafile: Datafile
  private readonly seen: Seen

  constructor(datafile: Datafile, seen: Seen = () => {}) {
    this.datafile = datafile
    this.seen = seen
  }

  decide(key: string, question: Question): Answer {
    const flag = own(this.datafile.flags, key)
    if (!flag) return { ...none, variant: null, reason: 'unknown_flag' }
    const { override } = question
    if (override !== undefined && Object.hasOwn(flag.variants, override)) return { ...none, variant: override, reason: 'override' }
    const here = this.switches(flag, question.environment)
    const off = here.off ?? flag.off
    if (here.enabled === false) return { ...none, variant: off, reason: 'off' }
    if (!(here.prerequisites ?? []).every(asked => this.asked(asked, question))) return { ...none, variant: off, reason: 'prerequisite' }
    const fallback = here.default ?? off
    for (const [index, rule] of (here.rules ?? []).entries()) {
      if (!this.applies(rule, question)) continue
      if (rule.variant !== undefined) return { ...none, variant: rule.variant, reason: 'targeted', rule: index }
      if (!rule.split) throw new Error(`rule ${index} of ${key} serves nothing`)
      const verdict = arm(rule.split, key, this.datafile, question, this.seen)
      if (verdict) return this.words(verdict, fallback, index)
    }
    return { ...none, variant: fallback, reason: 'default' }
  }

  private words(verdict: Verdict, fallback: string, rule: number): Answer {
    const { reason, variant = fallback, bucket = null, unit = null, id = null, exposed = false } = verdict
    return { variant, reason, rule, bucket, unit, id, exposed }
  }

  /** A flag with what its environment replaces. */
  private switches(flag: Flag, environment: string | undefined): Switches {
    const replaced = environment === undefined ? undefined : own(flag.environments, environment)
    return { ...flag, ...replaced }
  }

  private applies(rule: Rule, question: Question): boolean {
    const { from, until } = rule.schedule ?? {}
    if (from !== undefined && !told(this.seen, 'schedule.from', question.now >= moment(from))) return false
    if (until !== undefined && !told(this.seen, 'schedule.until', question.now < moment(until))) return false
    return rule.if === undefined || this.holds(rule.if, question)
  }

  private holds(condition: Condition, question: Question): boolean {
    const { all, any, not, segment, flag, variant, attribute: name } = condition
    if (all) return told(this.seen, 'all', all.every(one => this.holds(one, question)))
    if (any) return told(this.seen, 'any', any.some(one => this.holds(one, question)))
    if (not) return told(this.seen, 'not', !this.holds(not, question))
    if (segment !== undefined) return told(this.seen, 'segment', this.holds(this.segment(segment), question))
    if (flag !== undefined) return told(this.seen, 'flag', this.asked({ flag, variant: variant ?? [] }, question))
    if (name === undefined) throw new Error('a condition without a subject')
    return passes(condition, attribute(question.context, name), this.seen)
  }

  private segment(name: string): Condition {
    const segment = own(this.datafile.segments, name)
    if (!segment) throw new Error(`no segment is called ${name}`)
    return segment.if
  }

  /** Another flag, decided for the same context and moment; the host's override and sticky are not for it. */
  private asked({ flag, variant }: Asked, { context, now, environment }: Question): boolean {
    const answer = this.decide(flag, { context, now, environment })
    return answer.variant !== null && several(variant).includes(answer.variant)
  }
}

function moment(text: string): number {
  const found = parseDate(text)
  if (found === undefined) throw new Error(`${text} is not a date`)
  return found
}
