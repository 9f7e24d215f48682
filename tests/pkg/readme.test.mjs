// The samples of the package's README, compiled as they stand by a strict TypeScript project.

import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { complaints } from './compiling.mjs'
import { install } from './support.mjs'

const { project, dir } = await install()
const readme = await readFile(join(dir, 'README.md'), 'utf8')

const WHERE = `declare const url: string, key: string\n`

/** What each sample is called and what stands before it: whatever a reader has of their own. */
const SAMPLES = [
  { begins: '// lib/flags.ts', file: 'lib/flags.ts' },
  { begins: '// proxy.ts', file: 'proxy.ts' },
  { begins: '// app/(flags)/layout.tsx', file: 'app/(flags)/layout.tsx' },
  { begins: '// components/flags.tsx', file: 'components/flags.tsx' },
  { begins: '// any client component', file: 'component.tsx', before: `import { useExperiment, useFlag } from 'isoflag/react'\n` },
  {
    begins: `import { createClient } from 'isoflag'\n\nlet client`,
    file: 'worker.ts',
    // As `wrangler types` writes them.
    before: `
      interface Env { ISOFLAG_URL: string; ISOFLAG_SERVER_KEY: string }
      interface ExecutionContext { waitUntil(promise: Promise<any>): void; passThroughOnException(): void }
      interface ExportedHandler<Env> { fetch?(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> }\n`,
  },
  { begins: `import { createClient } from 'isoflag' // or require`, file: 'node.ts', before: WHERE },
  { begins: 'program.decide(', file: 'options.ts', before: `import type { Context, Program } from 'isoflag'\ndeclare const program: Program, context: Context\n` },
  { begins: `import { createClient, emptySnapshot, init }`, file: 'browser.ts', before: WHERE + `declare const visitorId: string\n` },
  {
    begins: `useFlag('chekout-redesign'`,
    file: 'registered/component.ts',
    before: `
      import type {} from 'isoflag'
      import { useExperiment, useFlag } from 'isoflag/react'
      declare module 'isoflag' {
        interface Register { flags: { 'checkout-redesign': { value: 'control' | 'new-checkout'; variant: 'control' | 'new-checkout' } } }
      }\n`,
    // Of these the README says that they do not compile.
    edit: text => text.replace(/^(?=.*\/\/ (?:does not compile|nor does this))/gm, '// @ts-expect-error\n'),
  },
  {
    begins: 'const tracker = createTracker({ url, key, snapshot })',
    file: 'events.ts',
    before: `import type { Snapshot } from 'isoflag'\nimport { createTracker } from 'isoflag/track'\ndeclare const snapshot: Snapshot\n` + WHERE,
  },
  { begins: '// app/api/events/route.ts', file: 'app/api/events/route.ts' },
  { begins: `import express,`, file: 'express.ts', before: WHERE + `declare const contextSecret: string, BACKEND: string\n` },
]

// As much of Express as the sample uses; its requests are Node's.
const EXPRESS = `
  declare module 'express' {
    import type { IncomingMessage, Server, ServerResponse } from 'node:http'
    export interface Request extends IncomingMessage { get(name: string): string | undefined }
    export interface Response extends ServerResponse { sendStatus(status: number): this }
    interface Application {
      use(handler: (req: Request, res: Response, next: (error?: any) => void) => void): this
      post(path: string, handler: (req: Request, res: Response) => void | Promise<void>): this
      listen(port: number): Server
    }
    export default function express(): Application
  }
`

const blocks = [...readme.matchAll(/^```tsx?\n(.*?)^```$/gms)].map(([, text]) => text)

test('every sample is one this test knows', () => {
  assert.deepEqual(blocks.map(text => SAMPLES.find(({ begins }) => text.startsWith(begins))?.file ?? text), SAMPLES.map(({ file }) => file))
})

test('the samples compile as they stand', async () => {
  for (const { begins, file, before = '', edit = text => text } of SAMPLES) {
    const path = join(project, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${before}${edit(blocks.find(text => text.startsWith(begins)))}\nexport {}\n`)
  }
  await writeFile(join(project, 'express.d.ts'), EXPRESS)
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  const files = SAMPLES.map(({ file }) => file)
  const options = { module: 'esnext', moduleResolution: 'bundler', types: ['node'], skipLibCheck: true, paths: { '@/*': ['./*'] } }
  const registered = files.filter(file => file.startsWith('registered/'))
  assert.equal(await complaints(project, 'samples', options, ['express.d.ts', ...files.filter(file => !registered.includes(file))]), '')
  assert.equal(await complaints(project, 'registered', options, registered), '')
})
