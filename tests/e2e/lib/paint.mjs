// Watches one visitor's browser paint one page, and says everything that was not as it should be.
//
// The scripts are held back, so that the first HTML is on the screen well before React takes it over: a page that
// decides late has nowhere to hide. What is watched needs no knowledge of flags: a page says in `<main data-variant>`
// what it shows, and that, like everything in `<main>`, must not change.

/** Opens a fresh browser for one visitor. `cookies` and `headers` are what the visitor's requests carry. */
export async function newVisitor(browser, { url, cookies = {}, headers = {}, viewport = { width: 1280, height: 900 } }) {
  const context = await browser.newContext({ viewport, extraHTTPHeaders: headers })
  await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url })))
  await context.addInitScript(watch)
  const sent = []
  context.on('request', request => {
    if (!new URL(request.url()).pathname.endsWith('/v1/events') || request.method() !== 'POST') return
    const body = request.postData()
    if (body) sent.push(...JSON.parse(body).events)
  })
  return {
    context,
    /** Every exposure and event this visitor's browser has sent, repeats included. */
    sent,
    async id() {
      return (await context.cookies(url)).find(({ name }) => name === 'isoflag_vid')?.value ?? null
    },
    close: () => context.close(),
  }
}

/** Loads `url + path` in a new page with scripts `delay` ms late and reports what was painted, once React has taken over. */
export async function paint(visitor, { url, path, delay = 400 }) {
  const page = await visitor.context.newPage()
  const errors = []
  page.on('pageerror', error => errors.push(`page error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') errors.push(`console error: ${message.text()}`)
  })
  await page.route('**/_next/static/**/*.js*', async route => {
    await new Promise(done => setTimeout(done, delay))
    // The page may be gone by then.
    await route.continue().catch(() => {})
  })
  const response = await page.goto(url + path, { waitUntil: 'load' })
  const html = await response.text()
  await page.waitForFunction(() => window.isoflagWatch.hydrated(), null, { timeout: 20_000 })
  const seen = await page.evaluate(text => window.isoflagWatch.report(text), html)
  return { page, status: response.status(), html, errors, ...seen }
}

/** What is wrong with a painted page; empty when nothing flickered. */
export function flickers({ first, painted, identical, cls, changes, errors }) {
  const wrong = []
  if (first === null) wrong.push('the first HTML names no variant')
  if (first !== painted) wrong.push(`the first HTML has \`${first}\`, the page shows \`${painted}\``)
  if (changes.length > 0) wrong.push(`the variant changed on the screen: ${changes.join(' → ')}`)
  if (!identical) wrong.push('`<main>` differs after hydration')
  if (cls !== 0) wrong.push(`the layout shifted by ${cls.toFixed(4)}`)
  return [...wrong, ...errors]
}

// Runs in the page, before any of its scripts.
function watch() {
  let cls = 0
  const changes = []
  const shifts = new PerformanceObserver(list => count(list.getEntries()))
  shifts.observe({ type: 'layout-shift', buffered: true })
  const variants = new MutationObserver(records => {
    for (const { oldValue, target } of records) changes.push(oldValue, target.getAttribute('data-variant'))
  })
  variants.observe(document, { subtree: true, attributes: true, attributeOldValue: true, attributeFilter: ['data-variant'] })

  function count(entries) {
    for (const entry of entries) cls += entry.value
  }
  function written(main) {
    if (!main) return null
    const copy = main.cloneNode(true)
    // React marks text boundaries with comments in HTML only; they are not part of what is shown.
    const comments = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT)
    const found = []
    while (comments.nextNode()) found.push(comments.currentNode)
    for (const comment of found) comment.remove()
    return copy.outerHTML
  }
  window.isoflagWatch = {
    hydrated() {
      const main = document.querySelector('main')
      return main !== null && Object.keys(main).some(key => key.startsWith('__reactFiber$'))
    },
    async report(html) {
      // Effects have run and the second frame is painted: whatever was going to jump has jumped.
      const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)))
      await frame()
      await frame()
      count(shifts.takeRecords())
      const before = new DOMParser().parseFromString(html, 'text/html').querySelector('main')
      const now = document.querySelector('main')
      return {
        first: before?.getAttribute('data-variant') ?? null,
        painted: now?.getAttribute('data-variant') ?? null,
        identical: written(before) === written(now),
        cls,
        changes,
      }
    },
  }
}
