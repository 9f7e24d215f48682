// Fresh visitors of the shop in Chromium with JavaScript 400 ms late: the variant is in the first HTML and nothing moves.
//   npm run prove -- flicker [visitors]

import assert from 'node:assert/strict'

export const needs = ['worker', 'console', 'shop']

export async function run([visitors = '20']) {
  const { arms, eventually, startSystem, visit } = await import('../../tests/e2e/lib/system.mjs')
  const system = await startSystem()
  try {
    const seen = []
    // The negative control needs a visitor whose variant is not the default the late page paints first: 42 is one.
    const late = await visit(system, { id: '42', path: '/lab/flicker' })
    for (let index = 0; index < Number(visitors); index++) seen.push(await visit(system))
    const painted = variant => seen.filter(one => one.painted === variant).length
    const wrong = seen.flatMap(one => one.wrong)
    const report = await eventually(() => system.report('checkout-redesign'), ({ units }) => units.total === seen.length + 1, 'every visitor was exposed')
    const worst = Math.max(...seen.map(({ cls }) => cls))
    console.log(`${seen.length} fresh visitors: ${painted('control')} control, ${painted('new-checkout')} new-checkout; largest CLS ${worst}; ${wrong.length} faults`)
    console.log(`logged ${JSON.stringify(arms(report))}, of which one is the negative control's`)
    console.log(`negative control, deciding in useEffect: ${late.wrong.join('; ')}`)
    assert.deepEqual(wrong, [])
    assert.ok(painted('control') > 0 && painted('new-checkout') > 0, 'both arms occur')
    assert.deepEqual(arms(report), { control: painted('control'), 'new-checkout': painted('new-checkout') + 1 })
    assert.notDeepEqual(late.wrong, [], 'the negative control must be found out')
  } finally {
    await system.close()
  }
}
