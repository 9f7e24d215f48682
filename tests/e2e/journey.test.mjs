// Visitors who move through the shop: client-side links, targeting, two ways to ask for one flag, and a worker that goes away.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { root } from '../../tools/lib/shop.mjs'
import { flickers, newVisitor, paint } from './lib/paint.mjs'
import { CART, arms, eventually, startSystem } from './lib/system.mjs'

const PRICING = ['cards', 'table', 'compact']

describe('visitors of the shop', { timeout: 240_000 }, () => {
  let system
  let program
  before(async () => {
    system = await startSystem()
    const isoflag = await import(join(root, 'tests/shop/node_modules/isoflag/dist/index.inline.js'))
    const headers = { authorization: `Bearer ${system.ledger.keys.server}` }
    const response = await fetch(`${system.ledger.url}/v1/program`, { headers })
    program = isoflag.loadProgram(new Uint8Array(await response.arrayBuffer()))
    program.encoded = context => isoflag.encodeSnapshot(program.snapshot(context))
  })
  after(() => system?.close())

  /** The first of `visitor-0`, `visitor-1` … to whom `flag` gives `variant`. */
  function someoneWith(flag, variant, context = {}) {
    for (let index = 0; ; index++) {
      const visitorId = `visitor-${index}`
      if (program.decide(flag, { ...context, visitorId }).variant === variant) return visitorId
    }
  }

  async function html(path, { id, cookies = {}, headers = {} } = {}) {
    const cookie = Object.entries({ ...CART, ...cookies, isoflag_vid: id }).map(pair => pair.join('=')).join('; ')
    const response = await fetch(system.shop.url + path, { headers: { ...headers, cookie } })
    assert.equal(response.status, 200, system.shop.log())
    return response.text()
  }

  const variantIn = text => /<main[^>]* data-variant="([^"]*)"/.exec(text)?.[1]

  it('lands on a static page, goes on by links alone, buys, and is one visitor throughout', async () => {
    const { shop } = system
    const visitor = await newVisitor(system.browser, { url: shop.url })
    const minted = []
    let prefetches = 0
    const heard = []
    const listen = async response => {
      const headers = await response.request().allHeaders()
      if (headers['next-router-prefetch'] || headers['next-router-segment-prefetch']) prefetches++
      for (const { name, value } of await response.headersArray()) {
        if (name.toLowerCase() === 'set-cookie' && value.startsWith('isoflag_vid=')) minted.push(value)
      }
    }
    // A response that comes while the browser closes can no longer be asked for its headers.
    visitor.context.on('response', response => heard.push(listen(response).catch(() => {})))
    const { page, errors, cls } = await paint(visitor, { url: shop.url, path: '/about', delay: 0 })
    const id = await visitor.id()
    const before = await system.report('checkout-redesign')

    await page.click('main a[href="/"]')
    await page.click('main a[href="/products/cove-dripper"]')
    await page.click('text=Add to cart')
    await page.getByText('1 in your cart').waitFor()
    await page.click('header a[href="/checkout"]')
    const main = page.locator('main[data-experiment=checkout-redesign]')
    const painted = await main.getAttribute('data-variant')
    assert.equal(painted, program.decide('checkout-redesign', { visitorId: id }).variant)

    for (const [name, value] of Object.entries({ name: 'Ada', email: 'ada@example.org', street: 'Lane 1', postcode: '04109', city: 'Leipzig' })) {
      await page.fill(`[name=${name}]`, value)
    }
    await page.getByRole('button', { name: /€/ }).click()
    await page.getByText('Thank you, Ada.').waitFor()
    assert.equal(await visitor.id(), id)
    await Promise.all(heard)
    assert.deepEqual([minted.length, cls, errors], [1, 0, []])
    assert.ok(prefetches > 0, 'links were prefetched, or this test shows nothing')

    const users = report => arms(report)[painted] ?? 0
    const bought = report => report.metrics.find(({ key }) => key === 'checkout_completed')?.arms.find(({ variant }) => variant === painted)?.total ?? 0
    const report = await eventually(() => system.report('checkout-redesign'), now => bought(now) === bought(before) + 1, 'the purchase should be counted')
    assert.equal(users(report), users(before) + 1)
    await visitor.close()
  })

  it('shows three pricing layouts to paying visitors of six countries, without a flicker', async () => {
    const context = { plan: 'pro', country: 'DE' }
    // All stay open to the end: a browser context that is torn down takes the beacons along that are still on their way.
    const visitors = []
    for (const variant of PRICING) {
      const id = someoneWith('pricing-layout', variant, context)
      const visitor = await newVisitor(system.browser, { url: system.shop.url, cookies: { plan: 'pro', isoflag_vid: id }, headers: { 'x-country': 'DE' } })
      const seen = await paint(visitor, { url: system.shop.url, path: '/pricing' })
      assert.deepEqual([seen.painted, flickers(seen)], [variant, []])
      await seen.page.goto('about:blank')
      visitors.push(visitor)
    }
    const everyone = Object.fromEntries(PRICING.map(variant => [variant, 1]))
    const report = await eventually(() => system.report('pricing-layout'), ({ units }) => units.total === 3, 'three visitors were exposed')
    assert.deepEqual(arms(report), everyone)
    for (const visitor of visitors) await visitor.close()
  })

  it('shows the cards to everybody else', async () => {
    const id = someoneWith('pricing-layout', 'table', { plan: 'pro', country: 'DE' })
    const others = [{ plan: 'free', country: 'DE' }, { plan: 'pro', country: 'JP' }, { plan: 'pro' }]
    for (const cookies of others) {
      assert.equal(variantIn(await html('/pricing', { id, cookies })), 'cards', JSON.stringify(cookies))
      assert.equal(program.decide('pricing-layout', { ...cookies, visitorId: id }).exposure, null)
    }
    assert.equal(variantIn(await html('/pricing', { id, cookies: { plan: 'pro', country: 'DE' } })), 'table')
  })

  it('answers alike in a page and in a route handler', async () => {
    const seen = new Set()
    for (const value of [true, false]) {
      const id = someoneWith('free-shipping-banner', value ? 'on' : 'off')
      const page = await html('/', { id })
      assert.match(page, new RegExp(`data-flag="free-shipping-banner" data-value="${value}"`))
      const { cents } = JSON.parse(await html('/api/shipping?cents=9000', { id }))
      assert.equal(cents, value ? 0 : 490)
      seen.add(cents)
    }
    assert.equal(seen.size, 2)
  })

  it('believes no snapshot a visitor brings along, however well made', async () => {
    const id = someoneWith('checkout-redesign', 'control')
    const stolen = program.encoded({ visitorId: someoneWith('checkout-redesign', 'new-checkout') })
    assert.equal(variantIn(await html('/checkout', { id, headers: { 'x-isoflag-snapshot': stolen } })), 'control')
  })

  // The last one: it takes the worker away.
  it('goes on deciding with the last program when the worker is gone', async () => {
    await system.ledger.stop()
    for (const variant of ['control', 'new-checkout']) {
      const id = someoneWith('checkout-redesign', variant)
      assert.equal(variantIn(await html('/checkout', { id })), variant)
    }
  })
})
