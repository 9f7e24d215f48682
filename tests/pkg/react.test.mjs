// The hydration side: what the server paints, and what is sent when it is shown.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { compile, datafile, install } from './support.mjs'

const run = promisify(execFile)
const installed = await install()
const { decodeSnapshot, emptySnapshot, encodeSnapshot, loadProgram } = await installed.import('isoflag')
const { createTracker } = await installed.import('isoflag/track')
const { Exposure, FlagProvider, useDecision, useExperiment, useFlag, useTracker } = installed.require('isoflag/react')
const { act, createElement: h, StrictMode, Suspense } = installed.require('react')
const { renderToString } = installed.require('react-dom/server')

const program = loadProgram(compile(datafile).program)
const snapshot = decodeSnapshot(encodeSnapshot(program.snapshot({ visitorId: 'v-1', age: 20 })))

function render(use, ...given) {
  const [snapshotGiven] = given.length > 0 ? given : [snapshot]
  let result
  const Page = () => {
    result = use()
    return null
  }
  renderToString(h(FlagProvider, { snapshot: snapshotGiven }, h(Page)))
  return result
}

test('a flag has the value the server decided', () => {
  assert.equal(render(() => useFlag('limit', 1)), 99.5)
  assert.equal(render(() => useFlag('killed', true)), false)
  assert.equal(render(() => useFlag('checkout', 'x')), snapshot.decisions.checkout.value)
  assert.deepEqual(render(() => useFlag('banner', null)), { title: 'Hi 👋 é', rows: [1, { deep: null }] })
})

test('the fallback speaks where there is no decision or one of another type', () => {
  assert.equal(render(() => useFlag('nope', 'fallback')), 'fallback')
  assert.equal(render(() => useFlag('toString', 'fallback')), 'fallback')
  assert.equal(render(() => useFlag('__proto__', 'fallback')), 'fallback', 'a boolean flag')
  assert.equal(render(() => useFlag('__proto__', false)), true)
  assert.equal(render(() => useFlag('limit', 'ten')), 'ten')
  for (const without of [null, undefined, emptySnapshot('the worker is away')]) assert.equal(render(() => useFlag('limit', 7), without), 7)
})

test('a component finds the tracker of its provider, where there is one', t => {
  t.mock.method(console, 'warn', () => {})
  const tracker = createTracker({ url: 'http://127.0.0.1:1', key: 'iso_client_test_x', snapshot })
  const found = []
  const Page = () => (found.push(useTracker()), null)
  renderToString(h(FlagProvider, { snapshot, tracker }, h(Page)))
  renderToString(h(FlagProvider, { snapshot }, h(Page)))
  renderToString(h(Page))
  assert.equal(found[0], tracker)
  assert.deepEqual(found.slice(1), [undefined, undefined])
})

test('a provider that is missing is told once, in development', async () => {
  const text = `
    const { createElement: h } = require('react')
    const { renderToString } = require('react-dom/server')
    const { FlagProvider, useFlag, useTracker } = require('isoflag/react')
    const Page = ({ flag }) => h('p', null, useFlag(flag, 'fallback') + typeof useTracker())
    // Given no snapshot is not being missing: the proxy may not have run.
    renderToString(h(FlagProvider, { snapshot: null }, h(Page, { flag: 'below' })))
    if (process.argv[1] === 'without') delete globalThis.process
    for (const flag of ['checkout', 'limit', 'checkout']) console.log(renderToString(h(Page, { flag })))`
  const told = "isoflag: `checkout` is read where there is no `<FlagProvider>` above: flags give their fallbacks there, and nothing is sent\n"
  for (const [NODE_ENV, how, expected] of [['development', 'with', told], ['test', 'with', told], ['production', 'with', ''], ['development', 'without', '']]) {
    const { stdout, stderr } = await run(process.execPath, ['-e', text, how], { cwd: installed.project, env: { ...process.env, NODE_ENV } })
    assert.equal(stdout, '<p>fallbackundefined</p>\n'.repeat(3))
    assert.equal(stderr, expected, `${NODE_ENV} ${how}`)
  }
})

test('an experiment gives its variant by name', () => {
  const { variant } = snapshot.decisions.checkout
  assert.deepEqual(render(() => useExperiment('checkout')), { variant, value: variant, enrolled: true, reason: 'split' })
  assert.equal(render(() => useExperiment('limit')).enrolled, false)
  assert.deepEqual(render(() => useExperiment('nope')), { variant: null, value: undefined, enrolled: false, reason: null })
})

test('rendering on the server sends nothing', () => {
  const Page = () => h('p', null, useFlag('checkout', 'control'))
  const html = renderToString(h(FlagProvider, { snapshot, tracker: { expose: () => assert.fail('exposed') } }, h(Page)))
  assert.equal(html, `<p>${snapshot.decisions.checkout.value}</p>`)
})

// Effects need a DOM. The reconciler asks little of it, and a whole one would be a large guest for two tests.
test('what is mounted is exposed with its program, what is not read is not', async () => {
  const { createRoot } = await domRoot(installed)
  const sent = []
  const tracker = { expose: exposure => sent.push(exposure) }
  const Shown = () => (useExperiment('checkout'), null)
  const Mismatched = () => (useFlag('accounts', 'not a boolean'), null)
  const Never = () => {
    throw new Promise(() => {})
  }
  const root = createRoot()
  await act(() =>
    root.render(
      h(FlagProvider, { snapshot, tracker }, h(Shown), h(Mismatched), h(Suspense, { fallback: null }, h(Shown), h(Never))),
    ),
  )
  assert.equal(sent[0].program, program.digest)
  assert.deepEqual(sent, [snapshot.decisions.checkout.exposure], 'one mounted; the suspended one is not shown and not sent')
  await act(() => root.render(h(StrictMode, null, h(FlagProvider, { snapshot, tracker: undefined }, h(Shown)))))
  assert.equal(sent.length, 1, 'without a tracker nothing is sent')
  await act(() => root.unmount())
})

test('a decision can be read without being shown, and shown later', async () => {
  const { createRoot } = await domRoot(installed)
  const sent = []
  const tracker = { expose: exposure => sent.push(exposure) }
  const reads = []
  const Reader = () => (reads.push(useDecision('checkout')), null)
  const tree = () => h(FlagProvider, { snapshot, tracker }, h(Reader), h(() => (useDecision('limit').expose(), null)))
  const root = createRoot()
  await act(() => root.render(tree()))
  await act(() => root.render(tree()))
  const { variant } = snapshot.decisions.checkout
  const [{ expose, ...read }, again] = [reads[0], reads.at(-1)]
  assert.deepEqual(read, { variant, value: variant, enrolled: true, reason: 'split' })
  assert.equal(expose, again.expose, 'the same function, so that effects do not run again')
  assert.deepEqual(sent, [], 'reading is not showing, and what is no experiment exposes nobody')
  expose()
  assert.deepEqual(sent, [snapshot.decisions.checkout.exposure])
  await act(() => root.unmount())
})

test('beside what a server painted the exposure is sent when mounted, or when scrolled into view', async t => {
  const { createRoot } = await domRoot(installed)
  const sent = []
  const tracker = { expose: ({ experiment }) => sent.push(experiment) }
  const observers = new Set()
  globalThis.IntersectionObserver = class {
    constructor(callback) {
      this.callback = callback
    }
    observe(target) {
      this.target = target
      observers.add(this)
    }
    disconnect() {
      observers.delete(this)
    }
  }
  t.after(() => delete globalThis.IntersectionObserver)
  const html = renderToString(h(FlagProvider, { snapshot, tracker }, h(Exposure, { flag: 'checkout' }), h(Exposure, { flag: 'accounts', when: 'visible' })))
  assert.match(html, /^<span aria-hidden="true" style="[^"]*"><\/span>$/)
  const root = createRoot()
  await act(() => root.render(h(FlagProvider, { snapshot, tracker }, h(Exposure, { flag: 'checkout' }), h(Exposure, { flag: 'checkout', when: 'visible' }))))
  assert.deepEqual([sent, observers.size], [['checkout'], 1])
  const [observer] = observers
  observer.callback([{ isIntersecting: false }])
  assert.deepEqual(sent, ['checkout'])
  observer.callback([{ isIntersecting: true }])
  assert.deepEqual([sent, observers.size], [['checkout', 'checkout'], 0], 'once, and no longer watched')
  await act(() => root.unmount())
})

test('strict mode mounts everything twice, and one exposure is sent', async () => {
  const { createRoot } = await domRoot(installed)
  const sent = []
  const fetch = async (url, { body }) => {
    sent.push(...JSON.parse(body).events)
    return Response.json({ accepted: 1, duplicates: 0, rejected: [] })
  }
  const tracker = createTracker({ url: 'http://worker', key: 'iso_client_x', snapshot, persist: false, fetch })
  let effects = 0
  const Shown = () => (useExperiment('checkout'), useFlag('checkout', 'control'), null)
  const spy = { expose: exposure => (effects++, tracker.expose(exposure)) }
  const root = createRoot()
  await act(() => root.render(h(StrictMode, null, h(FlagProvider, { snapshot, tracker: spy }, h(Shown), h(Shown), h(Exposure, { flag: 'checkout' })))))
  await act(() => root.unmount())
  await tracker.flush()
  assert.ok(effects >= 10, `${effects} effects`)
  assert.deepEqual(sent.map(({ type, experiment, attestation }) => [type, experiment, attestation]), [['exposure', 'checkout', undefined]])
})

/** A root on the smallest document React is content with. */
async function domRoot({ require }) {
  class Node {
    constructor(name, ownerDocument) {
      Object.assign(this, { nodeName: name, tagName: name, nodeType: 1, ownerDocument, namespaceURI: 'http://www.w3.org/1999/xhtml', childNodes: [], style: {} })
    }
    addEventListener() {}
    removeEventListener() {}
    appendChild() {}
    insertBefore() {}
    removeChild() {}
    setAttribute() {}
    set textContent(_) {}
  }
  const document = Object.assign(new Node('#document'), { nodeType: 9, createElement: name => new Node(name.toUpperCase(), document), activeElement: null })
  document.documentElement = document.createElement('html')
  globalThis.navigator ??= { userAgent: '' }
  Object.assign(globalThis, { document, window: globalThis, addEventListener() {}, removeEventListener() {}, IS_REACT_ACT_ENVIRONMENT: true, HTMLIFrameElement: class {} })
  const { createRoot } = require('react-dom/client')
  return { createRoot: () => createRoot(document.createElement('div')) }
}
