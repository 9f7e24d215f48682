import { join } from 'node:path'
import type { NextConfig } from 'next'

// The workspace root is named because Next would otherwise guess it from lock files further up.
const root = join(import.meta.dirname, '..', '..')

const config: NextConfig = {
  poweredByHeader: false,
  devIndicators: false,
  outputFileTracingRoot: root,
  turbopack: { root },
}

export default config
