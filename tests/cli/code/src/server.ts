import { createClient, type Snapshot } from 'isoflag'
import { createNextFlags, readFlag, readSnapshot, type NextFlags } from 'isoflag/next'
import { valueOf } from './lib/reexport'

export const flags = createNextFlags({ url: '', key: '', flags: ['only-listed', 'checkout', 'tpyo'] }) // lists only-listed, lists checkout, unknown tpyo
const { getFlag, getDecision: decisionOf } = flags
let client: ReturnType<typeof createClient> | undefined

export async function GET(req: never, own: NextFlags, headers: Headers) {
  await flags.getFlag('checkout', req, '') // reads checkout
  await getFlag('limit', req, 1) // reads limit
  await decisionOf('banner', req) // reads banner
  await own.getDecision('search-v2', req) // reads search-v2
  const snapshot = readSnapshot(headers)
  readFlag(snapshot, 'theme-dark', false) // reads theme-dark
  valueOf(snapshot, 'banner', false) // reads banner
  client ??= createClient({ url: '', key: '' })
  const program = await client.ready()
  program.decide('checkout', {}) // reads checkout
  client.ready().then(ready => ready.decide('limit', {})) // reads limit
  program.value('search-v2', {}) // reads search-v2
  program.values({})['limit'] // reads limit
  const { decide } = program
  decide('banner', {}) // reads banner
  return shown(program.snapshot({}, { flags: ['checkout'] })) // lists checkout
}

function shown(snapshot: Snapshot | null) {
  return snapshot?.decisions['search-v2'] ?? snapshot?.decisions.banner // reads search-v2, reads banner
}

export function express(req: any, { isoflag }: any) {
  req.isoflag.get('theme-dark', false) // reads theme-dark
  isoflag?.decide('banner') // reads banner
  req.isoflag?.expose('chekout') // unknown chekout
  req.isoflag.get(req.query.flag, false) // dynamic
}
