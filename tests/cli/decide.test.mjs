// `isoflag decide`: the package's own engine, as a stream.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { before, test } from 'node:test'
import { compile } from '../pkg/support.mjs'
import { datafile, installCli } from './support.mjs'

const { project, bin, isoflag, put, require } = await installCli()
const { loadProgram } = require('isoflag')
const people = Array.from({ length: 300 }, (_, i) => ({ visitorId: `v-${i}`, country: ['DE', 'US', 'Ü🏔'][i % 3], staff: i % 50 === 0 }))
const jsonl = people.map(person => JSON.stringify(person)).join('\n')
const parse = out =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
before(() => put({ 'datafile.json': datafile, 'people.jsonl': jsonl }))

/** What the library says, in the order the lines come. */
function expected(flags) {
  const program = loadProgram(compile(datafile).program)
  return people
    .flatMap(person => (flags ?? program.keys()).map(flag => program.decide(flag, person)))
    .map(({ flag, value, variant, reason, rule, bucket }) => ({ flag, value, variant, reason, rule, bucket }))
}

test('a line for every context and flag, as the library decides', async () => {
  const { code, out, err } = await isoflag(['decide', '--datafile', 'datafile.json'], { input: jsonl })
  assert.deepEqual([code, err], [0, ''])
  assert.deepEqual(parse(out), expected())
  assert.deepEqual(Object.keys(parse(out)[0]), ['flag', 'value', 'variant', 'reason', 'rule', 'bucket'])
})

test('chosen flags only, from a file, and from a compiled program', async () => {
  assert.deepEqual(parse((await isoflag(['decide', '-f', 'checkout', '-f', 'limit', 'people.jsonl'])).out), expected(['checkout', 'limit']))
  await put({ 'program.isof': compile(datafile).program })
  assert.deepEqual(parse((await isoflag(['decide', '-d', 'program.isof', '-f', 'banner', 'people.jsonl'])).out), expected(['banner']))
})

test('--with keeps attributes, so that lines can be joined with what they came from', async () => {
  const { out } = await isoflag(['decide', '-f', 'banner', '--with', 'visitorId', '--with', 'nothing', 'people.jsonl'])
  assert.deepEqual(
    parse(out).map(({ context }) => context),
    people.map(({ visitorId }) => ({ visitorId })),
  )
})

test('lines may end in CRLF, be empty, be cut anywhere, and lack the last end', async () => {
  const child = spawn(process.execPath, [bin, 'decide', '-f', 'limit'], { cwd: project })
  let out = ''
  child.stdout.on('data', chunk => (out += chunk))
  const text = Buffer.from('{"staff":true}\r\n\n  \n{"country":"Ü🏔","staff":false}\n{"staff":true}')
  for (let at = 0; at < text.length; at += 3) {
    child.stdin.write(text.subarray(at, at + 3))
    await new Promise(setImmediate)
  }
  child.stdin.end()
  assert.equal(await new Promise(resolve => child.on('close', resolve)), 0)
  assert.deepEqual(
    parse(out).map(({ variant }) => variant),
    ['high', 'low', 'high'],
  )
})

const MISTAKES = {
  'a line that is no JSON': ['{"a":1}\nnope\n', /line 2 is not JSON: .*\na context is an object of attributes, .*found `nope`/],
  'a line that is no object': ['[1]', /line 1 is no context: `\[1\]`/],
}
for (const [name, [input, message]] of Object.entries(MISTAKES)) {
  test(`${name} is named, and what came before it is not lost`, async () => {
    const { code, out, err } = await isoflag(['decide', '-f', 'limit'], { input })
    assert.equal(code, 2)
    assert.match(err, message)
    assert.equal(
      out.split('\n').length - 1,
      input.split('\n').findIndex(line => !line.startsWith('{')),
    )
  })
}

test('a flag that is not there, standard input for two things, a file that is not there', async () => {
  assert.match(
    (await isoflag(['decide', '-f', 'chekout', 'people.jsonl'])).err,
    /`datafile\.json` has no flag `chekout`, did you mean `checkout`\?\nits flags are checkout, banner/,
  )
  assert.match((await isoflag(['decide', '-d', '-'], { input: '{}' })).err, /cannot both be standard input/)
  const { code, err } = await isoflag(['decide', 'no.jsonl'])
  assert.deepEqual([code, err.split('\n')[0]], [2, 'isoflag decide: cannot read `no.jsonl`: there is no such file'])
})

test('a program that is cut, old or damaged is told in a line, with code 2', async () => {
  const { program } = compile(datafile)
  const old = Uint8Array.from(program)
  old[4] = 99
  await put({ 'cut.isof': program.subarray(0, 200), 'old.isof': old })
  const told = async path => isoflag(['decide', '-d', path, 'people.jsonl'])
  for (const path of ['cut.isof', 'old.isof']) {
    const { code, out, err } = await told(path)
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, new RegExp(`^isoflag decide: \`${path}\`: the program .*\\n$`))
  }
})

test('many lines stream: the first answers come before the last contexts are sent', async () => {
  const child = spawn(process.execPath, [bin, 'decide', '-f', 'checkout'], { cwd: project })
  let lines = 0
  let early
  child.stdout.on('data', chunk => (lines += chunk.toString().split('\n').length - 1))
  const first = new Promise(resolve => child.stdout.once('data', resolve))
  const batch = `${'{"visitorId":"v-1","country":"DE"}\n'.repeat(1000)}`
  const sent = 100
  for (let i = 0; i < sent; i++) {
    if (!child.stdin.write(batch)) await new Promise(resolve => child.stdin.once('drain', resolve))
    if (i === 50) {
      await first
      early = lines
    }
  }
  child.stdin.end()
  assert.equal(await new Promise(resolve => child.on('close', resolve)), 0)
  assert.ok(early > 0)
  assert.equal(lines, sent * 1000)
})

test('a reader that has enough ends it quietly', async () => {
  const child = spawn(process.execPath, [bin, 'decide'], { cwd: project })
  let err = ''
  child.stderr.on('data', chunk => (err += chunk))
  child.stdin.on('error', () => {})
  child.stdout.once('data', () => child.stdout.destroy())
  const closed = new Promise(resolve => child.on('close', resolve))
  const batch = `${jsonl}\n`
  let over = false
  void closed.then(() => (over = true))
  for (let i = 0; i < 2000 && !over; i++) {
    if (!child.stdin.write(batch)) await Promise.race([closed, new Promise(resolve => child.stdin.once('drain', resolve))])
  }
  child.stdin.end()
  assert.deepEqual([await closed, err], [0, ''])
})

test('environment and moment are chosen; what cannot be chosen any more is told', async () => {
  const sale = {
    version: 1,
    environments: ['production', 'staging'],
    flags: {
      sale: {
        type: 'boolean',
        variants: { on: true, off: false },
        off: 'off',
        rules: [{ name: 'friday', schedule: { from: '2026-11-27', until: '2026-11-28' }, variant: 'on' }],
        environments: { staging: { rules: [{ name: 'always', variant: 'on' }] } },
      },
    },
  }
  await put({ 'sale.json': sale })
  const variant = async (...args) => JSON.parse((await isoflag(['decide', '-d', 'sale.json', ...args], { input: '{}' })).out).variant
  assert.equal(await variant('--now', '2026-11-26T23:59:59.999Z'), 'off')
  assert.equal(await variant('--now', '2026-11-27'), 'on')
  assert.equal(await variant('--now', String(Date.UTC(2026, 10, 28))), 'off')
  assert.equal(await variant('--now', '2026-11-29', '--environment', 'staging'), 'on')
  const { code, err } = await isoflag(['decide', '-d', 'sale.json', '-e', 'stagin'], { input: '{}' })
  assert.equal(code, 2)
  assert.match(err, /declares no environment `stagin`, did you mean `staging`\?/)
  const { out } = await isoflag(['explain', 'sale', '-d', 'sale.json', '-c', '{}', '--now', '2026-12-01'])
  assert.match(out, /rule 0 “friday” {2}does not hold\n(?: {4}.*\n)* {4}no +now is before 2026-11-28T00:00:00Z\n/)
  assert.match((await isoflag(['explain', 'sale', '-d', 'sale.json', '-c', '{}', '-e', 'staging'])).out, /rule 0 “always” {2}decides/)
  await isoflag(['compile', 'sale.json', '-e', 'staging', '-o', 'sale.isof'])
  assert.match((await isoflag(['decide', '-d', 'sale.isof', '-e', 'staging'], { input: '{}' })).err, /`sale\.isof` is compiled, its environment was chosen then/)
})
