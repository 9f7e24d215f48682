// What every entry of `isoflag` exports beside `init` and `initSync`.

export { createClient } from './client.ts'
export type { Client, ClientOptions, Host } from './client.ts'
export { ClientError, ProgramError, SnapshotError } from './errors.ts'
export type { ProgramErrorCode } from './errors.ts'
export { loadProgram, prepare } from './program.ts'
export { decodeSnapshot, disagreement, emptySnapshot, encodeSnapshot } from './snapshot.ts'
export type {
  Answer,
  Attribute,
  Context,
  ContextOf,
  DecideOptions,
  Decision,
  Exposure,
  Fetch,
  InitInput,
  Json,
  Nested,
  Program,
  Reason,
  Snapshot,
  SnapshotDecision,
  SnapshotOptions,
  TimeOptions,
  Values,
} from './types.ts'
