import { readSnapshot } from 'isoflag/next'
import { headers } from 'next/headers'
import { cache } from 'react'

/** The decisions `proxy.ts` made for this request; read once, however many components ask. */
export const decided = cache(async () => readSnapshot(await headers()))

/** The value of one flag in a server component. `fallback` is for the day the worker was never reached. */
export async function flag<T>(key: string, fallback: T): Promise<T> {
  const decision = (await decided())?.decisions[key]
  return decision ? (decision.value as T) : fallback
}
