// `isoflag explain`: the same answer as deciding, with the way to it.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { datafile, installCli } from './support.mjs'

const { isoflag, put } = await installCli()
before(() => put({ 'datafile.json': datafile }))

const explain = async (...args) => isoflag(['explain', ...args])

test('the path, as a person sees it', async () => {
  const { code, out, err } = await explain('checkout', 'visitorId=v-1', 'staff=false')
  assert.deepEqual([code, err], [0, ''])
  const { variant, bucket, run, rules } = JSON.parse((await explain('checkout', 'visitorId=v-1', 'staff=false', '--json')).out)
  const { position } = rules[1].split.position
  const arm = (name, range) => (name === variant ? `→ ${range}` : `  ${range}`)
  assert.equal(
    out,
    `checkout → ${variant}  "${variant}"
  split: the bucket chose it, rule 1, bucket ${bucket}

  rule 0 “staff”  does not hold
    no  staff equals true  it is false

  rule 1  decides
    no condition
    unit   visitorId "v-1"
    split  bucket ${bucket}  position ${position} of 2³²
           ${arm('control', '   0–4999 control')}
           ${arm('new', '5000–9999 new')}

  showing it is an exposure to the experiment checkout, run ${run}
`,
  )
})

test('a unit outside the gate, a missing attribute, the default', async () => {
  const outside = Array.from({ length: 20 }, (_, i) => `v-${i}`)
  for (const visitor of outside) {
    const { out } = await explain('banner', `visitorId=${visitor}`)
    const { rules, variant } = JSON.parse((await explain('banner', `visitorId=${visitor}`, '--json')).out)
    const { gate } = rules[1].split
    assert.equal(gate.inside, gate.bucket < 2500)
    assert.equal(variant, gate.inside ? 'on' : 'off')
    if (gate.inside) continue
    assert.match(out, /^banner → off {2}false\n {2}default: no rule took the context\n/)
    assert.ok(out.includes('    no  country in ["AT","DE"]  it is missing\n'))
    assert.ok(out.includes(`    gate  bucket ${gate.bucket}, let in are 0–2499, 25 %: outside\n`))
    assert.ok(out.endsWith('\n  no rule decided: the default, off\n'))
    return
  }
  assert.fail('nobody was outside')
})

test('the same answer as deciding, for many contexts', async () => {
  const contexts = Array.from({ length: 12 }, (_, i) => ({ visitorId: `v-${i}`, country: ['DE', 'US'][i % 2], staff: i % 5 === 0 }))
  const decided = (await isoflag(['decide'], { input: contexts.map(one => JSON.stringify(one)).join('\n') })).out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  for (const [i, context] of contexts.entries()) {
    const [flag] = ['checkout', 'banner', 'limit', 'killed'].slice(i % 4)
    const { variant, reason, rule, bucket, value } = JSON.parse((await explain(flag, '--json', '--context', JSON.stringify(context))).out)
    assert.deepEqual({ flag, value, variant, reason, rule, bucket }, decided[i * 4 + (i % 4)])
  }
})

test('words are typed by the datafile, and by what they look like', async () => {
  const found = async (...words) => JSON.parse((await explain(...words, '--json')).out)
  const typed = await found('checkout', 'visitorId=12', 'staff=true')
  assert.equal(typed.reason, 'targeted')
  const unit = (await found('checkout', 'visitorId=007')).rules[1].split.unit
  assert.deepEqual(unit, { attribute: 'visitorId', value: '007' })
  assert.equal((await found('banner', 'country=a=b')).rules[0].tests[0].found, 'a=b')
})

test('context from standard input; words over --context', async () => {
  const { out } = await isoflag(['explain', 'limit', '--json'], { input: '{"staff":true}' })
  assert.equal(JSON.parse(out).variant, 'high')
  assert.equal(JSON.parse((await explain('limit', '--json', '-c', '{"staff":true}', 'staff=false')).out).variant, 'low')
})

test('a segment is named beside what it asks', async () => {
  const flag = { ...datafile.flags.banner, rules: [{ if: { all: [{ segment: 'dach' }, { attribute: 'staff', equals: true }] }, variant: 'on' }] }
  const segments = { german: { if: { attribute: 'country', in: ['DE'] } }, dach: { if: { any: [{ segment: 'german' }, { attribute: 'country', equals: 'AT' }] } } }
  await put({ 'segments.json': { ...datafile, segments, flags: { banner: flag } } })
  const { out } = await explain('banner', '-d', 'segments.json', 'country=AT', 'staff=true')
  assert.match(out, /\n {4}yes +country equals "AT" +it is "AT" {2}segment dach\n/)
  assert.match(out, /\n {4}yes +staff equals true +it is true\n/)
})

test('a flag that is not there is told with those that are', async () => {
  const { code, err } = await explain('chekout')
  assert.equal(code, 2)
  assert.match(err, /there is no flag `chekout`, did you mean `checkout`\?\nits flags are checkout, banner, limit, killed\n$/)
})

test('an attribute that is not declared is a note', async () => {
  const { code, err } = await explain('checkout', 'county=DE', 'visitorId=v-1')
  assert.deepEqual([code, err], [0, 'note: the datafile declares no attribute `county`, did you mean `country`?\n'])
})

test('nothing on standard input is a context without attributes', async () => {
  const { code, out } = await isoflag(['explain', 'checkout', '--json'], { input: '' })
  assert.equal(code, 0)
  assert.deepEqual(out, (await isoflag(['explain', 'checkout', '--json'], { input: '{}' })).out)
})

test('mistakes are taught', async () => {
  const said = async (...args) => explain(...args).then(({ code, err }) => `${code} ${err}`)
  assert.match(await said(), /^2 isoflag explain: which flag\?\nisoflag explain <flag>/)
  assert.match(await said('visitorId=1'), /the flag comes first, `visitorId=1` was found/)
  assert.match(await said('chekout', 'visitorId=1'), /`datafile\.json`: there is no flag `chekout`, did you mean `checkout`\?/)
  assert.match(await said('checkout', 'visitorId'), /`visitorId` is no attribute\nattributes are written name=value/)
  assert.match(await said('checkout', '-c', '{'), /`--context` is not JSON/)
  assert.match(await said('checkout', '-c', '[]'), /`--context` is no context: `\[\]`/)
})

test('whole numbers beyond those JavaScript counts by are shown as it reads them', async () => {
  const id = 9007199254740994
  const large = { version: 1, flags: { large: { type: 'json', variants: { a: { ids: [id, 1e16] }, b: id }, off: 'a', rules: [{ if: { attribute: 'id', equals: id }, variant: 'b' }] } } }
  const next = structuredClone(large)
  next.flags.large.variants.b = id + 2
  await put({ 'large.json': large, 'next.json': next })
  const { code, out, err } = await explain('large', '-d', 'large.json', `id=${id}`, '--json')
  assert.deepEqual([code, err], [0, ''])
  const { value, rules } = JSON.parse(out)
  assert.deepEqual([value, rules[0].tests[0].operand, rules[0].tests[0].found], [id, id, id])
  assert.deepEqual(JSON.parse((await explain('large', '-d', 'large.json', 'id=1', '--json')).out).value, { ids: [id, 1e16] })
  const diff = await isoflag(['diff', 'large.json', 'next.json', '--json'])
  assert.deepEqual([diff.code, diff.err], [0, ''])
  assert.deepEqual(JSON.parse(diff.out).diff.changed[0].values, [{ variant: 'b', before: id, after: id + 2 }])
})

test('half a surrogate pair is decided, explained and compared as one thing; a number beyond all is refused by all', async () => {
  const odd = { version: 1, flags: { odd: { type: 'boolean', variants: { on: true, off: false }, off: 'off', rules: [{ if: { attribute: 'u', in: ['\ufffd', 'a\ufffd', '\\ud800', '😀'] }, variant: 'on' }] } } }
  await put({ 'odd.json': odd })
  for (const [written, on] of [['\\ud800', true], ['a\\uDFFF', true], ['\\\\ud800', true], ['\\ud83d\\ude00', true], ['\\ude00\\ud83d', false], ['\\\\\\ud800', false]]) {
    const input = `{"u":"${written}"}\n`
    const decided = JSON.parse((await isoflag(['decide', '-d', 'odd.json'], { input })).out)
    const explained = JSON.parse((await isoflag(['explain', 'odd', '-d', 'odd.json', '--json'], { input })).out)
    const compared = await isoflag(['diff', 'odd.json', 'odd.json', '-c', '-', '--json'], { input })
    assert.deepEqual([decided.value, explained.value, JSON.parse(compared.out).contexts?.contexts], [on, on, 1], written)
  }
  for (const args of [['decide'], ['explain', 'odd'], ['explain', 'odd', '-c', '{"a":{"n":-1e400}}'], ['explain', 'odd', 'n=1e400']])
    assert.match(`${args} ${Object.values(await isoflag([...args, '-d', 'odd.json'], { input: `{"n":${'9'.repeat(400)}}` })).join(' ')}`, /`(a\.)?n` is larger than any/)
  assert.equal((await isoflag(['diff', 'odd.json', 'odd.json', '-c', '-'], { input: '{"n":1e400}' })).code, 2)
})
