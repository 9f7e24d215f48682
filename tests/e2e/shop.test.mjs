// From the first byte of HTML to the number in the console, on real parts only.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newVisitor, paint } from './lib/paint.mjs'
import { freePort, startShop } from '../../tools/lib/shop.mjs'
import { CART, arms, eventually, startSystem, visit } from './lib/system.mjs'

// Their buckets under the salt `checkout-redesign` are golden: 3700 is control, 6562 and 7490 are the new checkout.
const CONTROL = 'user-42'
const NEW_CHECKOUT = '42'
const LATE = 'late-1'

describe('the shop, the worker and the console', { timeout: 240_000 }, () => {
  let system
  before(async () => {
    system = await startSystem()
  })
  after(() => system?.close())

  it('paints the decided variant in the first HTML, and nothing moves when scripts arrive late', async () => {
    const seen = []
    for (const id of [CONTROL, NEW_CHECKOUT, undefined, undefined]) seen.push(await visit(system, { id }))
    assert.deepEqual(seen.flatMap(({ wrong }) => wrong), [])
    assert.equal(seen[0].painted, 'control')
    assert.equal(seen[1].painted, 'new-checkout')
    assert.equal(new Set(seen.map(({ id }) => id)).size, 4, 'every fresh visitor gets an id of their own')
    const counts = variant => seen.filter(({ painted }) => painted === variant).length
    const report = await eventually(() => system.report('checkout-redesign'), ({ units }) => units.total === 4, 'four visitors were exposed')
    assert.deepEqual(arms(report), { control: counts('control'), 'new-checkout': counts('new-checkout') })
    assert.equal(report.units.mixed, 0)
  })

  it('the same check fails for a page that decides in an effect', async () => {
    const { wrong } = await visit(system, { id: LATE, path: '/lab/flicker' })
    assert.notDeepEqual(wrong, [])
  })

  it('a visitor buys, and the report counts one conversion and its revenue', async () => {
    const id = 'buyer-1'
    const before = await system.report('checkout-redesign')
    const visitor = await newVisitor(system.browser, { url: system.shop.url, cookies: { ...CART, isoflag_vid: id } })
    const { page, painted } = await paint(visitor, { url: system.shop.url, path: '/checkout', delay: 0 })
    for (const [name, value] of Object.entries({ name: 'Ada', email: 'ada@example.org', street: 'Lane 1', postcode: '04109', city: 'Leipzig' })) {
      await page.fill(`[name=${name}]`, value)
    }
    await page.click('form [type=submit], form button:not([type=button])')
    await page.waitForURL('**/order/**')
    const total = (report, metric) =>
      report.metrics.find(({ key }) => key === metric)?.arms.find(({ variant }) => variant === painted)?.total ?? 0
    const report = await eventually(
      () => system.report('checkout-redesign'),
      now => total(now, 'checkout_completed') === total(before, 'checkout_completed') + 1,
      'the purchase should be counted',
    )
    assert.ok(total(report, 'revenue') - total(before, 'revenue') > 0)
    // Not before: tearing the browser context down would take a beacon along that is still on its way.
    await visitor.close()
  })

  it('a spoofed snapshot is overwritten, and neither it nor the snapshot leaves the server', async () => {
    const cookie = `isoflag_vid=${NEW_CHECKOUT}; cart=${CART.cart}`
    const response = await fetch(`${system.shop.url}/checkout`, { headers: { cookie, 'x-isoflag-snapshot': 'eyJ2IjoxfQ' } })
    assert.match(await response.text(), /data-variant="new-checkout"/)
    assert.equal(response.headers.get('x-isoflag-snapshot'), null)
  })

  it('a visitor id is minted for a document and for nothing else', async () => {
    const cookies = async headers => (await fetch(`${system.shop.url}/`, { headers })).headers.getSetCookie().filter(cookie => cookie.startsWith('isoflag_vid='))
    assert.equal((await cookies({ 'sec-fetch-dest': 'document', accept: 'text/html' })).length, 1)
    assert.deepEqual(await cookies({ 'sec-fetch-dest': 'empty', accept: '*/*' }), [])
    assert.deepEqual(await cookies({ 'next-router-prefetch': '1', rsc: '1', accept: '*/*' }), [])
    assert.deepEqual(await cookies({ 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'document', accept: 'text/html' }), [])
  })

  it('the console shows the experiment and its report, and takes the key out of the address', async () => {
    const page = await system.browser.newPage()
    const errors = []
    page.on('pageerror', error => errors.push(error.message))
    page.on('console', message => message.type() === 'error' && errors.push(message.text()))
    await page.goto(`${system.ledger.url}/#key=${system.ledger.keys.server}`)
    await page.getByText('Checkout redesign').first().click()
    await page.getByRole('heading', { name: 'Checkout redesign' }).waitFor()
    const { units } = await system.report('checkout-redesign')
    const users = units.arms.find(({ variant }) => variant === 'new-checkout').units
    await page.getByRole('row', { name: /new-checkout/ }).first().getByText(String(users), { exact: true }).first().waitFor()
    assert.ok(!page.url().includes(system.ledger.keys.server))
    assert.deepEqual(errors, [])
    await page.close()
  })

  it('the shop stays up without a worker and shows what its flags fall back to', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`
    const alone = await startShop({ env: { ISOFLAG_URL: nobody, ISOFLAG_SERVER_KEY: 'iso_server_production_none', ISOFLAG_CLIENT_KEY: '' } })
    try {
      const response = await fetch(`${alone.url}/checkout`, { headers: { cookie: `isoflag_vid=${NEW_CHECKOUT}; cart=${CART.cart}` } })
      assert.equal(response.status, 200)
      assert.match(await response.text(), /data-variant="control"/)
    } finally {
      await alone.close()
    }
  })
})
