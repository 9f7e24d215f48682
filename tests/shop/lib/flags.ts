import { createNextFlags } from 'isoflag/next'
import { attributes } from './visitor'

/**
 * The one place that knows where flags come from. Nothing is fetched here: the first request that needs a decision does.
 * Both settings are read when the server starts, so the built shop runs against any worker.
 */
export const flags = createNextFlags({
  url: process.env.ISOFLAG_URL ?? 'http://127.0.0.1:8787',
  key: process.env.ISOFLAG_SERVER_KEY ?? '',
  attributes,
})
