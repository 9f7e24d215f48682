// What never arrives is counted by why, so that a gap in the numbers has a name.

/**
 * `bot`, `consent`: not to be sent. `nobody`, `not_json`, `too_large`, `closed`: not fit to be. `queue_full`, `expired`: kept as
 * long as was agreed. `undecided`: the page was left before the visitor had agreed or not. `rejected`, `refused`: sent, and not taken by the worker.
 */
export type DropReason =
  | 'bot'
  | 'closed'
  | 'consent'
  | 'expired'
  | 'nobody'
  | 'not_json'
  | 'queue_full'
  | 'refused'
  | 'rejected'
  | 'too_large'
  | 'undecided'

export interface TrackerStats {
  /** Events in memory without an answer. */
  readonly waiting: number
  /** Events the worker has said it has, duplicates included. */
  readonly arrived: number
  /** Events that will not arrive. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

/** Names the events a page lost while nobody listened; in a console `tracker.stats()` is the first thing to look at. */
export class Drops {
  readonly #counts: Partial<Record<DropReason, number>> = {}

  add(reason: DropReason, many = 1): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + many
  }

  /** In place of what was counted. */
  set(reason: DropReason, many: number): void {
    delete this.#counts[reason]
    if (many > 0) this.#counts[reason] = many
  }

  counts(): Partial<Record<DropReason, number>> {
    return { ...this.#counts }
  }

  /** What a batch says of them: all there were so far, under a name of this page, so that saying it again adds nothing. */
  report(sender: string): string {
    const counts = JSON.stringify(this.#counts)
    return counts === '{}' ? '' : `"sender":"${sender}","dropped":${counts},`
  }
}
