// The whole of isoflag on free ports: worker and ledger on workerd, flags published, the built shop, a real Chromium.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium } from '../../../tools/lib/chromium.mjs'
import { call, publish, startLedger } from '../../../tools/lib/ledger.mjs'
import { flickers, newVisitor, paint } from './paint.mjs'
import { root, startShop } from '../../../tools/lib/shop.mjs'

/** A cart that is not empty: the checkout shows its experiment only then. */
export const CART = { cart: 'heron-kettle:1' }

/** Starts everything; `close` ends it and removes the ledger. */
export async function startSystem() {
  const home = await mkdtemp(join(tmpdir(), 'isoflag-e2e-'))
  const parts = [() => rm(home, { recursive: true, force: true })]
  const close = async () => {
    for (const end of parts.reverse()) await end()
  }
  try {
    const ledger = await startLedger({ home, port: 0, assets: join(root, 'build', 'console') })
    parts.push(ledger.stop)
    await publish(ledger, join(root, 'tests', 'shop', 'flags'))
    const env = { ISOFLAG_URL: ledger.url, ISOFLAG_SERVER_KEY: ledger.keys.server, ISOFLAG_CLIENT_KEY: ledger.keys.client }
    const shop = await startShop({ env })
    parts.push(shop.close)
    const browser = await launchChromium()
    parts.push(() => browser.close())
    const report = experiment => call(ledger.url, `/v1/experiments/${experiment}/report`, { key: ledger.keys.server })
    return { ledger, shop, browser, report, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Users of each arm in a report. */
export function arms({ units }) {
  return Object.fromEntries(units.arms.map(({ variant, units: users }) => [variant, users]))
}

/** Asks again until `settled` holds: beacons arrive when they arrive. */
export async function eventually(ask, settled, what) {
  const deadline = Date.now() + 15_000
  for (;;) {
    const answer = await ask()
    if (settled(answer)) return answer
    if (Date.now() > deadline) throw new Error(`${what}, but after 15 s the answer is ${JSON.stringify(answer).slice(0, 600)}`)
    await new Promise(done => setTimeout(done, 100))
  }
}

/**
 * One new visitor opens the checkout and leaves: what was painted, what the ledger then has of it, and what is wrong. One
 * visitor at a time: the arm that has one user more is the one that was logged.
 */
export async function visit({ browser, shop, report }, { id, path = '/checkout' } = {}) {
  const before = arms(await report('checkout-redesign'))
  const cookies = { ...CART, ...(id && { isoflag_vid: id }) }
  const visitor = await newVisitor(browser, { url: shop.url, cookies })
  try {
    const seen = await paint(visitor, { url: shop.url, path })
    const wrong = flickers(seen)
    // The page is hidden, as when a visitor leaves: the tracker sends what it holds.
    await seen.page.goto('about:blank')
    const more = now => Object.keys(now).filter(variant => now[variant] > (before[variant] ?? 0))
    const now = await eventually(async () => arms(await report('checkout-redesign')), now => more(now).length > 0, 'leaving the checkout should log an exposure')
    const [logged] = more(now)
    if (logged !== seen.painted) wrong.push(`the log says \`${logged}\`, the page showed \`${seen.painted}\``)
    return { painted: seen.painted, cls: seen.cls, logged, wrong, id: await visitor.id() }
  } finally {
    await visitor.close()
  }
}
