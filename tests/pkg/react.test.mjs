// The hydration side: what the server paints, and what is sent when it is shown.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, datafile, install } from './support.mjs'

const installed = await install()
const { decodeSnapshot, emptySnapshot, encodeSnapshot, loadProgram } = await installed.import('isoflag')
const { FlagProvider, useExperiment, useFlag } = installed.require('isoflag/react')
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
  const exposure = { ...snapshot.decisions.checkout.exposure, program: snapshot.program }
  assert.deepEqual(sent, [exposure], 'one mounted; the suspended one is not shown and not sent')
  await act(() => root.render(h(StrictMode, null, h(FlagProvider, { snapshot, tracker: undefined }, h(Shown)))))
  assert.equal(sent.length, 1, 'without a tracker nothing is sent')
  await act(() => root.unmount())
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
  Object.assign(globalThis, { document, window: globalThis, IS_REACT_ACT_ENVIRONMENT: true, HTMLIFrameElement: class {} })
  const { createRoot } = require('react-dom/client')
  return { createRoot: () => createRoot(document.createElement('div')) }
}
