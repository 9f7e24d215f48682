// `isoflag diff`: who moves, and whether a running experiment is harmed.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { datafile, installCli } from './support.mjs'

const { isoflag, put } = await installCli()

/** The datafile with one thing changed. */
function changed(change) {
  const copy = structuredClone(datafile)
  change(copy.flags)
  return copy
}
const people = Array.from({ length: 400 }, (_, i) => JSON.stringify({ visitorId: `v-${i}`, country: ['DE', 'US'][i % 2] })).join('\n')
before(() =>
  put({
    'before.json': datafile,
    'wider.json': changed(({ banner }) => (banner.rules[1].split.gate = 60)),
    'weights.json': changed(({ checkout }) => {
      checkout.rules[1].split.arms[0].weight = 40
      checkout.rules[1].split.arms[1].weight = 60
    }),
    'fewer.json': changed(flags => {
      delete flags.killed
      flags.fresh = datafile.flags.banner
    }),
    'people.jsonl': people,
  }),
)

test('no difference', async () => {
  const { code, out, err } = await isoflag(['diff', 'before.json', 'before.json'])
  assert.deepEqual([code, out, err], [0, 'no difference, 4 flags\n', ''])
})

test('a wider gate moves who comes in and nobody else', async () => {
  const { code, out } = await isoflag(['diff', 'before.json', 'wider.json'])
  assert.equal(code, 0)
  assert.equal(
    out,
    `banner  0 % to 35 % of units move
  where rule 0 (country) does not hold, visitorId is there
         35 %  off → on  default → split by rule 1

1 flag changed, 1 may move people, 3 flags unchanged
`,
  )
})

test('other weights harm a running experiment: alarm and exit code 1', async () => {
  const { code, out } = await isoflag(['diff', 'before.json', 'weights.json'])
  assert.equal(code, 1)
  assert.match(
    out,
    /^checkout {2}0 % to 10 % of units move\n {2}running experiment, run \w{8} ends, \w{8} begins\n {4}change arms {2}0 % to 10 % of units\n {2}alarm {2}/,
  )
  assert.match(out, /\n {9}10 % {2}control → new {2}split by rule 1, exposed\n/)
  assert.match(out, /\n1 flag changed, 1 may move people, 3 flags unchanged, \d alarms\n$/)
  const { diff, contexts } = JSON.parse((await isoflag(['diff', 'before.json', 'weights.json', '--json'])).out)
  assert.equal(contexts, null)
  assert.deepEqual(
    diff.changed.map(({ flag, moved }) => [flag, moved.least]),
    [['checkout', 0]],
  )
  assert.ok(Math.abs(diff.changed[0].moved.most - 0.1) < 1e-8)
})

test('of more combinations than can be listed the range is said', async () => {
  const many = more => {
    const rule = (_, i) => ({ if: { attribute: `x${i}`, equals: true }, split: { unit: 'visitorId', salt: `s${i}`, gate: 50, arms: [{ variant: 'on' }] } })
    return { version: 1, flags: { many: { type: 'boolean', variants: { on: true, off: false }, off: 'off', rules: Array.from({ length: 40 }, rule), ...more } } }
  }
  const turned = many({})
  turned.flags.many.rules.reverse()
  turned.flags.many.rules[0].split.arms[0].variant = 'off'
  await put({ 'many.json': many({}), 'many-on.json': many({ default: 'on' }), 'many-turned.json': turned })
  const line = '  the conditions combine in too many ways to list who moves\n'
  const { code, out } = await isoflag(['diff', 'many.json', 'many-on.json'])
  assert.deepEqual([code, out], [0, `many  < 0.0001 % to 100 % of units move\n${line}\n1 flag changed, 1 may move people, 0 flags unchanged\n`])
  const bounded = await isoflag(['diff', 'many.json', 'many-turned.json'])
  assert.match(bounded.out, /^many {2}how many units move cannot be computed: pass --contexts\n {2}the conditions combine/)
})

test('real contexts are decided by both and counted', async () => {
  const { out } = await isoflag(['diff', 'before.json', 'wider.json', '--contexts', '-', '--json'], { input: people })
  const { contexts } = JSON.parse(out)
  const decide = async file => (await isoflag(['decide', '-d', file, '-f', 'banner', 'people.jsonl'])).out.split('\n')
  const [old, next] = await Promise.all(['before.json', 'wider.json'].map(decide))
  const moved = old.filter((line, i) => line !== '' && JSON.parse(line).variant !== JSON.parse(next[i]).variant).length
  assert.ok(moved > 30)
  assert.deepEqual([contexts.contexts, contexts.flags.map(({ flag, moved }) => [flag, moved])], [400, [['banner', moved]]])
  const { out: shown } = await isoflag(['diff', 'before.json', 'wider.json', '-c', 'people.jsonl'])
  assert.match(
    shown,
    new RegExp(
      `\\nof 400 contexts\\n {2}banner {2}${moved} move, ${moved / 4} %\\n +${moved} {2}off → on {2}default → split, first are contexts \\d+, \\d+, \\d+\\n`,
    ),
  )
})

test('flags that come and go', async () => {
  const { code, out } = await isoflag(['diff', 'before.json', 'fewer.json'])
  assert.equal(code, 0)
  assert.equal(
    out,
    'new      fresh\n\nremoved  killed: code that reads them gets its fallback\n\n0 flags changed, 0 may move people, 3 flags unchanged\n',
  )
})

test('compiled programs are compared as well; the second is compiled to replace the first, or with --anew by itself', async () => {
  await isoflag(['compile', 'before.json', '-o', 'before.isof'])
  await isoflag(['compile', 'weights.json', '--previous', 'before.isof', '-o', 'after.isof'])
  const share = async (...args) => JSON.parse((await isoflag(['diff', ...args, '--json'])).out).diff.changed[0].moved.most
  const minimal = await share('before.json', 'weights.json')
  assert.equal(await share('before.isof', 'after.isof'), minimal)
  assert.ok(Math.abs(minimal - 0.1) < 1e-8)
  // Three arms: moving a tenth from the first to the last shifts the one between, unless it replaces what is there.
  const arms = weights => changed(({ checkout }) => {
    checkout.variants.third = 'third'
    checkout.rules[1].split.arms = ['control', 'new', 'third'].map((variant, i) => ({ variant, weight: weights[i] }))
  })
  await put({ 'three.json': arms([40, 30, 30]), 'shifted.json': arms([30, 30, 40]) })
  const near = async (expected, ...args) => assert.ok(Math.abs((await share('three.json', 'shifted.json', ...args)) - expected) < 1e-8)
  await near(0.1)
  await near(0.2, '--anew')
})

test('mistakes are taught', async () => {
  const said = async (...args) => isoflag(['diff', ...args]).then(({ code, err }) => `${code} ${err}`)
  assert.match(await said('before.json'), /^2 isoflag diff: two datafiles are compared\nisoflag diff <before> <after>\n/)
  assert.match(await said('-', '-'), /standard input can be one file only/)
  assert.match(await said('before.json', 'nothing.json'), /cannot read `nothing\.json`: there is no such file/)
  assert.match(await said('before.json', 'wider.json', '-c', 'before.json'), /`before\.json`: line 1 is not a JSON object/)
})
