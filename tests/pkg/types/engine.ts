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
await init(new URL('https://x/engine.wasm'))
await init(new Response())
await init(new ArrayBuffer(8))
// @ts-expect-error a number is nowhere to fetch from
await init(1)
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
// @ts-expect-error nor a symbol
program.decide('x', { mark: Symbol('x') })
interface Account {
  readonly plan: 'free' | 'pro'
  readonly seats?: number
}
interface User {
  readonly visitorId: string
  readonly account: Account
  readonly roles?: readonly string[]
  readonly since: Date | null
}
declare const user: User
declare const nameless: { readonly visitorId: string; readonly log: () => void }
declare const members: Map<string, string>
const limited: number | undefined = program.value<number>('x', user)
const ofUser: Decision<'a' | 'b'> = program.decide<'a' | 'b'>('x', user)
program.values(user)['x'] === program.decideAll(user)['x']?.value
program.decide('x', { ...user, user, account: { ...user.account } })
encodeSnapshot(program.snapshot(user, { flags: ['x'] }))
const fromUser: Context = { user, account: user.account, members }
// @ts-expect-error a function is no attribute, wherever its type is written
program.decide('x', nameless)
// @ts-expect-error nor in a list of values
program.values(nameless)
// @ts-expect-error a function is no context
program.decide('x', () => user)
// @ts-expect-error nor is a text
program.snapshot('v')
// @ts-expect-error nor an object in a context of one's own
const wrong: Context = { visitorId: Symbol('v') }
const decide: (flag: string, context: Context) => Decision = program.decide
program.decide('x', context, { now: Date.now(), overrides: { x: 'on' }, sticky: { x: { variant: 'off' } } })
const kept = program.decide('x', context).exposure
if (kept) program.decide('x', context, { sticky: { x: kept } })
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
createClient({ url: 'https://x', key: 'k', fetch })
createClient({ url: 'https://x', key: 'k', fetch: async (url: string) => new Response(url) })
// @ts-expect-error an answer is more than its text
createClient({ url: 'https://x', key: 'k', fetch: async (url: string) => url })
await client.ready({ waitUntil: promise => void promise })

try {
  program.dispose()
} catch (error) {
  if (error instanceof ProgramError && error.code === 'corrupt') throw error
  // @ts-expect-error not a code
  if (error instanceof ProgramError && error.code === 'oops') throw error
}
const few: Values = await loadValues(new Uint8Array())
const limit: number | undefined = few.value<number>('limit', context) ?? few.value<number>('limit', user)
// @ts-expect-error values know no reasons
few.decide('limit', context)

export { certain, decide, fromUser, limited, ofUser, older, typed, value, wrong }
