// What `isoflag` hands out, as far as flag keys go: which argument of which call is a key, and what comes back.

import type { Step } from './scope.ts'

export interface Shape {
  /** What a call does. `key` and `keys` lead from the arguments to one key or a list of them. */
  readonly call?: { readonly key?: readonly Step[]; readonly keys?: readonly Step[]; readonly returns?: Shape }
  readonly members?: Readonly<Record<string, Shape>>
  /** Its properties are decisions by key. */
  readonly byKey?: true
}

const reads = (...key: Step[]): Shape => ({ call: { key } })
const gives = (returns: Shape): Shape => ({ call: { returns } })

const decisions: Shape = { byKey: true }
const snapshot: Shape = { members: { decisions } }
const program: Shape = {
  members: {
    decide: reads(0),
    value: reads(0),
    decideAll: gives(decisions),
    values: gives(decisions),
    snapshot: { call: { keys: [1, 'flags'], returns: snapshot } },
  },
}
const client: Shape = { members: { ready: gives(program), program: gives(program) } }
/** `req.isoflag` */
const request: Shape = { members: { decide: reads(0), get: reads(0), expose: reads(0) } }
const nextFlags: Shape = { members: { getFlag: reads(0), getDecision: reads(0) } }

const engine: Readonly<Record<string, Shape>> = {
  createClient: gives(client),
  loadProgram: gives(program),
  decodeSnapshot: gives(snapshot),
  // Types, for what is declared with them.
  Client: client,
  Program: program,
  Snapshot: snapshot,
}

/** The exports of each entry, types included. */
export const API: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  isoflag: engine,
  'isoflag/inline': engine,
  'isoflag/edge': engine,
  'isoflag/workerd': engine,
  'isoflag/react': { useFlag: reads(0), useExperiment: reads(0), useDecision: reads(0), Exposure: reads(0, 'flag') },
  'isoflag/next': {
    createNextFlags: { call: { keys: [0, 'flags'], returns: nextFlags } },
    readFlag: reads(1),
    readSnapshot: gives(snapshot),
    NextFlags: nextFlags,
    Snapshot: snapshot,
  },
  'isoflag/node': { RequestFlags: request },
  'isoflag/track': {},
}

/** Properties that hold something of isoflag wherever they are: the middleware of `isoflag/node` sets it on requests. */
export const PROPERTIES: Readonly<Record<string, Shape>> = { isoflag: request }

/** Names that say enough by themselves: called on something unknown with the key of a flag, they are a use of it. */
export const TELLING: Readonly<Record<string, readonly Step[]>> = {
  useFlag: [0],
  useExperiment: [0],
  useDecision: [0],
  getFlag: [0],
  getDecision: [0],
  decide: [0],
  readFlag: [1],
}
