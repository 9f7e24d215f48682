import { createClient, type FlagKey, type FlagValue, type FlagVariant, type Json } from 'isoflag'
import { createNextFlags, readFlag, readSnapshot } from 'isoflag/next'
import type { RequestFlags } from 'isoflag/node'
import type { NextRequest } from 'next/server.js'

const key: FlagKey = 'größe-📏'
// @ts-expect-error there is no such flag
const wrong: FlagKey = 'chekout'
const title: string = ({} as FlagValue<'teaser'>).title
const variant: FlagVariant<'checkout'> = 'new'
// @ts-expect-error the variants are known
const other: FlagVariant<'checkout'> = 'old'

const flags = createNextFlags({ url: 'https://x', key: 'k', flags: ['checkout', 'limit'] })
// @ts-expect-error a flag that is not there cannot travel
createNextFlags({ url: 'https://x', key: 'k', flags: ['chekout'] })

export async function GET(req: NextRequest): Promise<void> {
  const limit: number = await flags.getFlag('limit', req, 1)
  const maybe: boolean | undefined = await flags.getFlag('banner', req)
  // @ts-expect-error without a fallback there may be nothing
  const sure: boolean = await flags.getFlag('banner', req)
  // @ts-expect-error no such flag
  await flags.getFlag('bannr', req, false)
  // @ts-expect-error no such flag
  await flags.getDecision('bannr', req)
  const decision = await flags.getDecision('limit', req)
  const value: number | undefined = decision.value
  const snapshot = readSnapshot(req.headers)
  const read: number = readFlag(snapshot, 'limit', 2)
  // @ts-expect-error a number's fallback is a number
  readFlag(snapshot, 'limit', 'two')
  // @ts-expect-error no such flag
  readFlag(snapshot, 'lmit', 2)
  void [limit, maybe, sure, value, read, key, wrong, title, variant, other, createClient]
}

export const free: Json = {} as FlagValue<'free'>

export async function direct(request: RequestFlags): Promise<void> {
  const program = await createClient({ url: 'https://x', key: 'k' }).ready()
  const value: number | undefined = program.decide('limit', {}).value
  const alone: boolean | undefined = program.value('banner', {})
  // @ts-expect-error no such flag
  program.decide('lmit', {})
  // @ts-expect-error no such flag
  program.value('lmit', {})
  // @ts-expect-error no such flag
  program.snapshot({}, { flags: ['lmit'] })
  const got: number = request.get('limit', 1)
  // @ts-expect-error no such flag
  request.get('lmit', 1)
  // @ts-expect-error no such flag
  request.expose('lmit')
  void [value, alone, got]
}
