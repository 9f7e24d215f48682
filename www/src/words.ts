// What each state is called and how urgent it is. One place, so that the list and the report never disagree.
import type { IconName } from './parts/icon'
import type { MetricReport, VerdictState } from './wire'

export type Tone = 'alarm' | 'bad' | 'good' | 'even' | 'busy' | 'idle'

interface Words {
  readonly label: string
  readonly tone: Tone
  readonly icon: IconName
  /** Position in the list: what needs a person comes first. */
  readonly rank: number
}

export const STATES: Readonly<Record<VerdictState, Words>> = {
  invalid: { label: 'Needs repair', tone: 'alarm', icon: 'alarm', rank: 0 },
  worse: { label: 'Worse', tone: 'bad', icon: 'down', rank: 1 },
  better: { label: 'Better', tone: 'good', icon: 'up', rank: 2 },
  'no-difference-shown': { label: 'No difference shown', tone: 'even', icon: 'even', rank: 3 },
  collecting: { label: 'Collecting', tone: 'busy', icon: 'busy', rank: 4 },
  'no-data': { label: 'No data yet', tone: 'idle', icon: 'idle', rank: 5 },
}

/** Shares of visitors are read in percent, everything else in its own unit. */
export function isShare(kind: MetricReport['kind']): boolean {
  return kind === 'conversion' || kind === 'retention'
}

/** An SRM alarm outranks whatever the state says. */
export function rankOf(experiment: { readonly state: VerdictState; readonly srmAlarm: boolean }): number {
  return experiment.srmAlarm ? -1 : STATES[experiment.state].rank
}
