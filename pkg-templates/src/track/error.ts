// What does not arrive, as it is told.

/**
 * `rejected`: the worker took the batch but not this event. `refused`: it took nothing of the batch and never will.
 * `unreachable`: told once per outage, the events are kept. `dropped`: never sent.
 */
export type TrackErrorCode = 'rejected' | 'refused' | 'unreachable' | 'dropped'

export class TrackError extends Error {
  override readonly name = 'TrackError'
  readonly code: TrackErrorCode
  /** The event as it was sent, where one is to blame. */
  readonly event: unknown
  constructor(code: TrackErrorCode, message: string, event?: unknown) {
    super(message)
    this.code = code
    this.event = event
  }
}

/** So many events, and what became of them: `1 event was`. */
export function events(many: number): string {
  return many === 1 ? '1 event was' : `${many} events were`
}
