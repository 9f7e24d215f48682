import { readFlag, readSnapshot } from 'isoflag/next'
import { headers } from 'next/headers'
import { cache } from 'react'

/** The decisions `proxy.ts` made for this request; read once, however many components ask. */
export const decided = cache(async () => readSnapshot(await headers()))

/** One flag in a server component. `fallback` is shown while no worker has been reached. */
export async function flag<T>(key: string, fallback: T): Promise<T> {
  return readFlag(await decided(), key, fallback)
}
