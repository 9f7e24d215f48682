// The same packed package in the older `middleware.ts`, which runs on the edge runtime: built, started, and asked.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { buildNext } from '../../tools/build/shop.mjs'
import { publish, startLedger } from '../../tools/lib/ledger.mjs'
import { root, startShop } from '../../tools/lib/shop.mjs'

const run = promisify(execFile)
const app = join(root, 'build', 'middleware-app')

const FILES = {
  'package.json': '{ "private": true, "type": "module" }',
  'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(root)} }, typescript: { ignoreBuildErrors: true } }`,
  'middleware.ts': `import { createNextFlags } from 'isoflag/next'
import type { NextRequest } from 'next/server'

const flags = createNextFlags({ url: process.env.ISOFLAG_URL ?? '', key: process.env.ISOFLAG_SERVER_KEY ?? '' })
export const middleware = (req: NextRequest) => flags.proxy(req)
export const config = { matcher: ['/'] }
`,
  'app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html><body>{children}</body></html>
}
`,
  'app/page.tsx': `import { readFlag, readSnapshot } from 'isoflag/next'
import { headers } from 'next/headers'

export default async function Page() {
  return <main data-variant={String(readFlag(readSnapshot(await headers()), 'checkout-redesign', 'nothing decided'))} />
}
`,
  // What startShop asks for to know that the server is up.
  'public/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
}

async function buildApp() {
  await rm(app, { recursive: true, force: true })
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(join(app, name, '..'), { recursive: true })
    await writeFile(join(app, name), text)
  }
  const target = join(app, 'node_modules', 'isoflag')
  await mkdir(target, { recursive: true })
  await run('tar', ['-xzf', join(root, 'build', 'isoflag.tgz'), '-C', target, '--strip-components=1'])
  await buildNext({ root, app })
}

it('middleware.ts decides as Node does, for twenty visitors and both arms', { timeout: 240_000 }, async () => {
  await buildApp()
  const home = await mkdtemp(join(tmpdir(), 'isoflag-middleware-'))
  const ledger = await startLedger({ home, port: 0 })
  let server
  try {
    await publish(ledger, join(root, 'tests', 'shop', 'flags'))
    server = await startShop({ app, env: { ISOFLAG_URL: ledger.url, ISOFLAG_SERVER_KEY: ledger.keys.server } })
    const isoflag = await import(join(root, 'build', 'pkg', 'dist', 'index.inline.js'))
    const response = await fetch(`${ledger.url}/v1/program`, { headers: { authorization: `Bearer ${ledger.keys.server}` } })
    const program = isoflag.loadProgram(new Uint8Array(await response.arrayBuffer()))
    const seen = new Set()
    for (let index = 0; index < 20; index++) {
      const visitorId = `visitor-${index}`
      const page = await fetch(`${server.url}/`, { headers: { cookie: `isoflag_vid=${visitorId}`, accept: 'text/html' } })
      const painted = /data-variant="([^"]*)"/.exec(await page.text())?.[1]
      assert.equal(painted, program.decide('checkout-redesign', { visitorId }).variant, `${visitorId}\n${server.log()}`)
      seen.add(painted)
    }
    assert.deepEqual([...seen].sort(), ['control', 'new-checkout'])
  } finally {
    await server?.close()
    await ledger.stop()
    await rm(home, { recursive: true, force: true })
  }
})
