/** Which of the ways a program can fail to load. */
export type ProgramErrorCode =
  | 'too_short'
  | 'not_a_program'
  | 'unsupported_version'
  | 'missing_capability'
  | 'corrupt'
  | 'disposed'
  | 'no_engine'

/** The program cannot be loaded or used. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  readonly code: ProgramErrorCode
  constructor(code: ProgramErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The program cannot be fetched. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  /** The HTTP status; `null` when no answer came. */
  readonly status: number | null
  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
  }
}

/** The snapshot is not one, or has been changed on its way. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
