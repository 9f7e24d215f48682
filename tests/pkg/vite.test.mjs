// The README's page under Vite, as people begin and as they ship: the engine must be found in both, without any setting.

import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { build, createServer, preview } from 'vite'
import { launchChromium } from '../../tools/lib/chromium.mjs'
import { compile, datafile, install, root, serve } from './support.mjs'

const { dir, project, import: load } = await install()
const [, sample] = /^```ts\n(import \{ createClient, emptySnapshot, init \}.*?)^```$/ms.exec(await readFile(join(dir, 'README.md'), 'utf8'))

/** What the slim engine cannot: then the full one is fetched as well. */
const { checkout } = datafile.flags
const matched = { if: { attribute: 'visitorId', matches: '^v-[0-9]+$' }, variant: 'new' }
const PROGRAMS = {
  slim: compile(datafile).program,
  full: compile({ ...datafile, flags: { ...datafile.flags, checkout: { ...checkout, rules: [matched, ...checkout.rules] } } }).program,
}

describe('under Vite', () => {
  let browser, worker
  const ends = []

  before(async () => {
    worker = await serve(({ method, headers }) => {
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' }
      if (method === 'OPTIONS') return { status: 204, headers: cors }
      return { headers: cors, body: Buffer.from(PROGRAMS[headers.authorization.slice('Bearer '.length)]) }
    })
    browser = await launchChromium()
    await symlink(join(root, 'node_modules/scheduler'), join(project, 'node_modules/scheduler'), 'junction')
    await mkdir(join(project, 'src'))
    await writeFile(join(project, 'index.html'), '<!doctype html><title>page</title><div id="root"></div><script type="module" src="/src/main.js"></script>')
    await writeFile(
      join(project, 'src/main.js'),
      `import { createElement } from 'react'
      import { createRoot } from 'react-dom/client'
      import { FlagProvider, useExperiment, useFlag } from 'isoflag/react'
      const url = ${JSON.stringify(worker.url)}, key = location.hash.slice(1), visitorId = 'v-1'
      ${sample}
      const Page = () => createElement('output', null, JSON.stringify([useFlag('limit', -1), useExperiment('checkout').variant, snapshot.problem ?? null]))
      createRoot(document.getElementById('root')).render(createElement(FlagProvider, { snapshot }, createElement(Page)))`,
    )
    await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
    await browser?.close()
    await worker?.close()
  })

  const settings = { root: project, configFile: false, logLevel: 'error', server: { host: '127.0.0.1', port: 0 }, preview: { host: '127.0.0.1', port: 0 } }

  /** What the page shows, what a console would, and which engines came. */
  async function look(site, key) {
    const page = await browser.newPage()
    const complaints = []
    const engines = []
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('response', response => response.url().includes('.wasm') && engines.push(/engine_\w+_bg/.exec(response.url())[0]))
    await page.goto(`${site}#${key}`)
    const shown = JSON.parse(await page.textContent('output', { timeout: 60_000 }))
    await page.close()
    return { shown, complaints, engines }
  }

  async function decides(site) {
    const { loadProgram } = await load('isoflag')
    for (const [key, engines] of [['slim', ['engine_slim_bg']], ['full', ['engine_slim_bg', 'engine_web_bg']]]) {
      const program = loadProgram(PROGRAMS[key])
      const value = flag => program.value(flag, { visitorId: 'v-1' })
      assert.deepEqual(await look(site, key), { shown: [value('limit'), value('checkout'), null], complaints: [], engines })
    }
  }

  test('`vite dev`: the engine is found though Vite moves the package', async () => {
    const dev = await createServer(settings)
    ends.push(() => dev.close())
    await dev.listen()
    await decides(dev.resolvedUrls.local[0])
  })

  test('`vite build`: both engines are assets', async () => {
    await build(settings)
    const built = await preview(settings)
    ends.push(() => built.close())
    await decides(built.resolvedUrls.local[0])
  })
})
