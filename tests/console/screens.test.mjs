// The built console in a real Chromium, against a worker made of golden reports.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { launchChromium } from '../../tools/lib/chromium.mjs'
import { KEY, serve } from './serve.mjs'
import { built, goldenWorld } from './world.mjs'

let browser, server, world, context, page, complaints
const golden = await goldenWorld()

before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

beforeEach(async () => {
  world = structuredClone(golden)
  server = await serve(built, world)
  context = await browser.newContext()
  page = await context.newPage()
  complaints = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => request.url().startsWith(server.url) || complaints.push(`outside: ${request.url()}`))
})
afterEach(async () => {
  await context.close()
  await server.close()
})

const open = async (hash = '#/') => {
  await page.goto(`${server.url}/#key=${KEY}`)
  await page.getByRole('heading', { name: 'Experiments' }).waitFor()
  if (hash !== '#/') await page.goto(`${server.url}/${hash}`)
}
const text = (selector) => page.locator(selector).first().innerText()
const answers = async () => {
  await page.locator('.answers').waitFor()
  const read = await page.locator('.answer').evaluateAll((all) => all.map((one) => [one.querySelector('dt').innerText, one.querySelector('dd').innerText]))
  return Object.fromEntries(read)
}

test('the list opens with what needs attention, and names the SRM alarm', async () => {
  await open()
  const rows = await page.locator('tbody tr').evaluateAll((all) => all.map((row) => row.innerText))
  assert.equal(rows.length, Object.keys(golden.reports).length)
  assert.match(rows[0], /The srm one/)
  assert.match(rows[0], /SRM alarm/)
  assert.match(rows[1], /The worse one/)
  assert.match(rows.at(-1), /The no-data one/)
  const { units, days, verdict } = golden.reports.worse
  assert.ok(rows[1].includes(units.total.toLocaleString('en')) && rows[1].includes(String(days)) && rows[1].includes(verdict.headline), rows[1])
  assert.deepEqual(complaints, [])
})

test('a report says which arm, how sure, whether to stop and what is wrong', async () => {
  await open()
  await page.getByRole('link', { name: 'The better one' }).click()
  await page.getByRole('heading', { name: 'The better one', level: 1 }).waitFor()
  const { verdict } = golden.reports.better
  assert.equal(await text('.verdict h2'), verdict.headline)
  assert.equal(await text('[data-kind="may"]'), verdict.may)
  assert.equal(await text('[data-kind="may-not"]'), verdict.mayNot)
  const said = await answers()
  assert.match(said['Which arm?'], /^new-checkout/)
  assert.match(said['How sure?'], /^\+18\.6% to \+49\.4%\n.*95% always-valid/)
  assert.match(said['May I stop?'], /^Yes/)
  assert.match(said['What is wrong?'], /^Nothing found\n.*SRM p = /)
  assert.deepEqual(complaints, [])
})

test('what a planned look decided is said by that look, and not by an interval with zero in it', async () => {
  await open('#/whole')
  const { plan, metrics, verdict } = golden.reports.whole
  const arm = plan.looks.looks[0].arms.find(({ variant }) => variant === verdict.arm)
  const { anytime } = metrics[0].comparisons.find(({ variant }) => variant === verdict.arm)
  assert.ok(verdict.state === 'better' && arm.crossed && anytime.liftLow < 0, 'the fixture is of that kind')
  const points = (value) => `+${(100 * value).toFixed(2)}\u00a0pp`
  const said = await answers()
  assert.ok(said['How sure?'].startsWith(`${points(arm.low)} to ${points(arm.high)}\n`), said['How sure?'])
  assert.match(said['How sure?'], /at planned look 1 of 3; this interval holds at all planned looks/)
  assert.match(said['May I stop?'], /^Yes\nplanned look 1 of 3 is past its boundary/)
  assert.match(await text('section[aria-labelledby="lift"] .foot-note'), /is decided by planned look 1 of 3, on .*: a difference of .* may still include zero/)
})

test('what the planned test decided at the end is said by that test', async () => {
  const report = world.reports.better
  const [comparison] = report.metrics[0].comparisons
  report.plan.reached = true
  Object.assign(comparison.anytime, { low: -0.001, liftLow: -0.03 })
  comparison.fixed.valid = true
  await open('#/better')
  const said = await answers()
  assert.match(said['How sure?'], /^\+\d.*\spp\n.*by the planned test, p .*valid at the planned sample/)
  assert.match(said['May I stop?'], /^Yes\nthe planned sample is reached/)
})

test('the arms, the interval, the plan, the fixed test and where it comes from are all there', async () => {
  await open('#/collecting')
  const arms = page.getByRole('table', { name: 'Arms on Checkout completed' })
  await arms.waitFor()
  const { units, run, plan } = golden.reports.collecting
  for (const arm of units.arms) assert.ok((await arms.innerText()).includes(arm.units.toLocaleString('en')))
  assert.match(await text('.interval-words'), /\+9\.1%\s+−5\.9% to \+24\.1%\s+includes zero/)
  const fixed = await text('.fixed')
  assert.ok(fixed.includes(`Valid at N\u00a0=\u00a0${plan.requiredTotal.toLocaleString('en')} visitors`) && fixed.includes('Not valid yet'), fixed)
  assert.match(fixed, /95% interval[\s\S]*\bp\b[\s\S]*SRM check: p =/)
  assert.equal(await page.getByRole('progressbar', { name: 'Visitors' }).getAttribute('value'), String(units.total / plan.requiredTotal))
  assert.match((await answers())['May I stop?'], /^Not yet\nabout 9\u00a0days/)
  assert.ok((await text('.provenance')).includes(run))
  assert.equal(await page.getByRole('slider', { name: 'Day, for new-checkout' }).count(), 1)
})

test('arrow keys walk through the days and the numbers are spoken', async () => {
  await open('#/collecting')
  const slider = page.getByRole('slider')
  await slider.focus()
  const spoken = () => slider.getAttribute('aria-valuetext')
  const last = await spoken()
  await page.keyboard.press('ArrowLeft')
  const before = await spoken()
  assert.match(last, /^20 Nov: \+9\.1%, −5\.9% to \+24\.1%$/)
  assert.match(before, /^19 Nov: /)
})

test('an SRM alarm is the first thing said, and takes every promise back', async () => {
  await open('#/srm')
  const alarm = page.getByRole('region', { name: 'SRM alarm: visitors are not split as planned' })
  await alarm.waitFor()
  assert.match(await alarm.innerText(), /What to do next/)
  assert.equal(await page.locator('.report > *:not(.unseen)').first().getAttribute('class'), 'alarm')
  const said = await answers()
  assert.match(said['Which arm?'], /^Cannot say/)
  assert.match(said['How sure?'], /^Not at all/)
  assert.match(said['May I stop?'], /^Repair first/)
  assert.match(said['What is wrong?'], /^SRM alarm/)
  assert.doesNotMatch(await text('main'), /wanted direction/)
})

test('nobody yet: the page says what to check and draws nothing', async () => {
  await open('#/no-data')
  assert.match((await answers())['What is wrong?'], /^No visitors/)
  assert.equal(await page.locator('.intervals, .course').count(), 0)
})

test('no experiment yet: the page teaches how to make one', async () => {
  world.reports = {}
  world.planned = ['pricing']
  await open()
  await page.getByRole('heading', { name: 'No experiment yet' }).waitFor()
  assert.match(await text('main'), new RegExp(`Planned already: pricing[\\s\\S]*curl -X PUT ${server.url}/v1/datafile`))
})

test('the key leaves the address and the history at once, and is kept', async () => {
  await open()
  assert.equal(page.url(), `${server.url}/#/`)
  await page.goto(`${server.url}/#/better?key=${KEY}`)
  await page.getByRole('heading', { name: 'The better one' }).waitFor()
  assert.equal(page.url(), `${server.url}/#/better`)
  await page.reload()
  await page.getByRole('heading', { name: 'The better one' }).waitFor()
  await page.getByRole('button', { name: 'Forget key' }).click()
  await page.getByLabel('Key').waitFor()
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0])
})

test('the form explains a wrong key before sending it, and after', async () => {
  await page.goto(server.url)
  const submit = async (key) => {
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Show experiments' }).click()
  }
  await submit('iso_client_production_0123456789abcdefghijABCDEFGHIJ01')
  assert.match(await text('#key-problem'), /client key/)
  await submit('iso_admin_production_00000000000000000000000000000000')
  await page.getByText('The worker does not know this key').waitFor()
  await page.getByLabel('Remember').uncheck()
  await submit(KEY)
  await page.getByRole('table').waitFor()
  assert.equal(await page.evaluate(() => localStorage.length), 0)
})

test('numbers change in place, and a change of the verdict is announced', async () => {
  await page.clock.install()
  await open('#/collecting')
  await page.getByText('Not decided yet').first().waitFor()
  const { offsetTop } = await page.locator('#arms').evaluate(({ offsetTop }) => ({ offsetTop }))
  world.reports.collecting.verdict = { ...world.reports.better.verdict, headline: 'It is decided.' }
  world.reports.collecting.units.total += 1000
  await page.clock.runFor(5_000)
  await page.locator('.verdict h2', { hasText: 'It is decided.' }).waitFor()
  assert.equal(await page.locator('p.unseen[role=status]').innerText(), 'It is decided. You may stop.')
  assert.ok(Math.abs((await page.locator('#arms').evaluate((element) => element.offsetTop)) - offsetTop) < 120)
})

test('when the worker goes away the last numbers stay, it says so, and it recovers by itself', async () => {
  await page.clock.install()
  await open('#/better')
  await page.locator('.verdict').waitFor()
  world.down = true
  await page.clock.runFor(5_000)
  await page.getByText('Not live: the worker does not answer').waitFor()
  assert.equal(await text('.verdict h2'), golden.reports.better.verdict.headline)
  world.down = false
  await page.clock.runFor(10_500) // the wait doubles with every failure, and this was the first
  await page.getByText('Not live').waitFor({ state: 'detached' })
})

test('a first report on a long history says how far it is, and asks again at once', async () => {
  await page.clock.install()
  world.counting = 830_000
  await open('#/better')
  await page.getByText('Loading the report: still counting: 830000 units are left.').waitFor()
  world.counting = 0
  await page.clock.runFor(1_100)
  await page.locator('.verdict').waitFor()
})

test('an answer the console does not understand is named, not drawn', async () => {
  delete world.reports.better.plan
  await open('#/better')
  await page.getByText('`$.plan` must be an object, not missing').waitFor()
})

test('another run is one choice away, and an unknown experiment is said to be unknown', async () => {
  world.olderRuns = [{ run: '00c0ffee', openedAt: Date.UTC(2026, 9, 1), closedAt: Date.UTC(2026, 10, 1) }]
  await open('#/better')
  await page.getByLabel('Run').selectOption('00c0ffee')
  await page.locator('.provenance', { hasText: '00c0ffee' }).waitFor()
  assert.match(page.url(), /#\/better\?run=00c0ffee$/)
  await page.goto(`${server.url}/#/nothing`)
  await page.getByRole('heading', { name: 'No such report' }).waitFor()
})

test('all javascript together stays below 120 kB brotli', async () => {
  const files = (await readdir(join(built, 'assets'))).filter((file) => file.endsWith('.js'))
  const sizes = await Promise.all(files.map(async (file) => brotliCompressSync(await readFile(join(built, 'assets', file))).length))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  assert.ok(all > 20_000 && all < 120_000, `${all} bytes`)
})
