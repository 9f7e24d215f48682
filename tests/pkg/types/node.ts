import { createServer } from 'node:http'
import { createNodeFlags, type ExperimentContext, readContext } from 'isoflag/node'

const flags = createNodeFlags({ url: 'https://x', key: 'k', units: ['userId'], attributes: req => ({ userId: req.headers.from }) })
createServer((req, res) =>
  flags.middleware(req, res, () => {
    const limit: number = req.isoflag?.get('limit', 10) ?? 0
    req.isoflag?.track('revenue', { value: limit })
    // @ts-expect-error revenue has a value
    req.isoflag?.track('revenue')
    // @ts-expect-error a flag is named
    req.isoflag?.decide()
    const upstream: ExperimentContext | null | undefined = req.isoflag?.upstream
    res.end(upstream?.units['visitorId'])
  }),
)
const context: ExperimentContext | null = readContext(undefined, 'secret')
// @ts-expect-error a secret is needed
readContext('header')
export { context }
