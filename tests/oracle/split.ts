// What a split does with a context: who the unit is, then every question in its order. `undefined`: the next rule, please.

import { armAt, bucket, cut, position } from './bucket.ts'
import { type Context, unitId } from './context.ts'
import { parseDate } from './date.ts'
import { type Datafile, type Holdout, own, several, type Slot, type Split } from './model.ts'
import { type Seen, told } from './tests.ts'

export type Reason =
  | 'off'
  | 'targeted'
  | 'split'
  | 'default'
  | 'missing_unit'
  | 'unknown_flag'
  | 'override'
  | 'forced'
  | 'holdout'
  | 'sticky'
  | 'prerequisite'

export interface Verdict {
  readonly reason: Reason
  /** The default variant, if absent. */
  readonly variant?: string | undefined
  readonly bucket?: number
  readonly unit?: string
  readonly id?: string
  readonly exposed?: boolean
}

interface Question {
  readonly context: Context
  readonly now: number
  readonly sticky?: string | undefined
}

export function arm(split: Split, flag: string, datafile: Datafile, { context, now, sticky }: Question, seen: Seen): Verdict | undefined {
  const unit = several(split.unit).find(name => unitId(context, name) !== undefined)
  if (unit === undefined) return { reason: 'missing_unit' }
  const id = unitId(context, unit) as string
  const exposed = split.control !== undefined
  const salt = split.salt ?? flag

  const forced = Object.entries(split.force ?? {}).find(([, ids]) => ids.includes(id))
  if (forced) return { reason: 'forced', variant: forced[0], unit, id }
  if (split.holdout !== undefined && told(seen, 'holdout', isHeldOut(split.holdout, id, datafile))) return { reason: 'holdout', unit, id }
  // An arm of weight 0 takes nobody, not even those who were in it: that is how a broken one is closed.
  const open = split.arms.filter(({ weight }) => weight !== 0)
  if (sticky !== undefined && open.some(({ variant }) => variant === sticky)) return { reason: 'sticky', variant: sticky, unit, id, exposed }
  const { layer, gate = 100 } = split
  if (layer && !told(seen, 'layer', inSlots(layerSalt(layer.name, datafile), layer.slots, id))) return undefined
  const inside = position(split.gateSalt ?? `${salt}/gate`, id) < cut(gateAt(gate, now))
  if (!told(seen, typeof gate === 'number' ? 'gate' : 'gate, ramped', inside)) return undefined

  const at = position(salt, id)
  return { reason: 'split', variant: split.arms[armAt(at, split.arms)]?.variant, bucket: bucket(at), unit, id, exposed }
}

/** The percentage of a gate at a moment: the last step that has begun. */
function gateAt(gate: NonNullable<Split['gate']>, now: number): number {
  if (typeof gate === 'number') return gate
  let percent = 0
  for (const step of gate) {
    const from = step.from === undefined ? -Infinity : parseDate(step.from)
    if (from === undefined) throw new Error(`${step.from} is not a date`)
    if (from <= now) percent = step.percent
  }
  return percent
}

function layerSalt(name: string, datafile: Datafile): string {
  const layer = own(datafile.layers, name)
  if (!layer) throw new Error(`no layer is called ${name}`)
  return layer.salt ?? `layer/${name}`
}

function inSlots(salt: string, slots: readonly Slot[], id: string): boolean {
  const at = position(salt, id)
  return slots.some(([from, to]) => at >= cut(from) && at < cut(to))
}

function isHeldOut(name: string, id: string, datafile: Datafile): boolean {
  const holdout: Holdout | undefined = own(datafile.holdouts, name)
  if (!holdout) throw new Error(`no holdout is called ${name}`)
  if (holdout.layer !== undefined) return inSlots(layerSalt(holdout.layer, datafile), holdout.slots ?? [], id)
  return position(holdout.salt ?? `holdout/${name}`, id) < cut(holdout.percent ?? 0)
}
