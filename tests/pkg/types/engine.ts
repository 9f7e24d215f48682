import { loadValues, type Values } from 'isoflag/values'
import {
  type Context,
  createClient,
  decodeSnapshot,
  type Decision,
  encodeSnapshot,
  init,
  initSync,
  type Json,
  loadProgram,
  ProgramError,
  type Snapshot,
} from 'isoflag'

await init()
await init('/engine.wasm')
initSync(new Uint8Array())
// @ts-expect-error one source
initSync(new Uint8Array(), new Uint8Array())

const program = loadProgram(new Uint8Array())
// @ts-expect-error bytes, not text
loadProgram('program')

const context: Context = { visitorId: 'v', age: 3, internal: true, country: null, plan: undefined }
const decision: Decision = program.decide('x', context)
const value: Json | undefined = decision.value
// @ts-expect-error there may be no value
const certain: Json = decision.value
const typed: 'a' | 'b' | undefined = program.decide<'a' | 'b'>('x', context).value
// @ts-expect-error a decision is not to be changed
decision.variant = 'b'
program.decide('x', { list: ['a', 1, true], since: new Date(), account: { plan: 'pro' } })
// @ts-expect-error a function is no attribute
program.decide('x', { late: () => 1 })
// @ts-expect-error nor is a bigint
program.decide('x', { big: 1n })
program.decide('x', context, { now: Date.now(), overrides: { x: 'on' }, sticky: { x: 'off' } })
// @ts-expect-error the name of a variant, not its value
program.decide('x', context, { overrides: { x: true } })
const alone: boolean | undefined = program.value<boolean>('x', context)
const values: Record<string, Json | undefined> = program.values(context, { now: new Date() })
// @ts-expect-error a flag has a name
program.decide(1, context)

const all = program.decideAll(context)
// @ts-expect-error the flag may not be there
all['x'].variant
// @ts-expect-error reasons are known words
all['x']?.reason === 'because'

const snapshot: Snapshot = decodeSnapshot(encodeSnapshot(program.snapshot(context, { flags: ['x'], units: { visitorId: 'v' } })))
// @ts-expect-error version 1 only
const older: Snapshot = { ...snapshot, v: 0 }

const client = createClient({ url: 'https://x', key: 'k' })
const now = client.program()
// @ts-expect-error there may be none yet
now.decide('x', {})
// @ts-expect-error a key is needed
createClient({ url: 'https://x' })
await client.ready({ waitUntil: promise => void promise })

try {
  program.dispose()
} catch (error) {
  if (error instanceof ProgramError && error.code === 'corrupt') throw error
  // @ts-expect-error not a code
  if (error instanceof ProgramError && error.code === 'oops') throw error
}
const few: Values = await loadValues(new Uint8Array())
const limit: number | undefined = few.value<number>('limit', context)
// @ts-expect-error values know no reasons
few.decide('limit', context)

export { certain, older, typed, value }
