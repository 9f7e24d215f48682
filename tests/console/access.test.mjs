// Everybody can read it: axe finds nothing, and no screen scrolls sideways, light and dark, wide and narrow.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { launchChromium } from '../../tools/lib/chromium.mjs'
import { KEY, serve } from './serve.mjs'
import { built, goldenWorld } from './world.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const world = { ...(await goldenWorld()), planned: ['a-key-somebody-made-very-long-to-see-what-happens-on-a-phone'], olderRuns: [{ run: '00c0ffee', openedAt: 0, closedAt: 1 }] }
// What people type is longer than what designers draw.
world.reports['three-arms'].name = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
const SCREENS = [
  ['the key form', null],
  ['the list', '#/'],
  ...['better', 'srm', 'three-arms', 'no-data', 'no-difference', 'whole'].map((key) => [`the report ${key}`, `#/${key}`]),
]
let browser, server

before(async () => {
  browser = await launchChromium()
  server = await serve(built, world)
})
after(async () => {
  await browser?.close()
  await server?.close()
})

for (const colorScheme of ['light', 'dark']) {
  for (const [device, width] of [['desktop', 1280], ['phone', 360]]) {
    test(`${device}, ${colorScheme}: every screen is accessible and none scrolls sideways`, async () => {
      // The policy of the page would keep axe out, as it should keep out everything; it is set aside for this look only.
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce', bypassCSP: true })
      const page = await context.newPage()
      for (const [name, hash] of SCREENS) {
        if (hash === null) await page.goto(server.url)
        else await page.goto(`${server.url}/${hash}${hash === '#/' ? `?key=${KEY}` : ''}`)
        await page.locator(hash === null ? '.key-form' : hash === '#/' ? '.list' : '.provenance').waitFor()
        await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)))
        await page.evaluate(axe)
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
        assert.ok(passes.length > 10, `${name}: axe looked at next to nothing`)
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), [], name)
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${name} is wider than ${width}`)
      }
      await context.close()
    })
  }
}
