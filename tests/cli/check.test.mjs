// `isoflag check` and `isoflag compile`.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { compile } from '../pkg/support.mjs'
import { datafile, installCli } from './support.mjs'

const { project, isoflag, put } = await installCli()

const BAD = `{
  "version": 1,
  "attributes": { "visitorId": "string" },
  "flags": {
    "größe-📏 \\"x\\"": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "of" },
    "checkout": {
      "type": "string",
      "variants": { "a": "a", "b": "b" },
      "off": "a",
      "rules": [
        { "variant": "a", "if": { "attribute": "visitorID", "exists": true } },
        { "split": { "unit": "visitorId", "arms": [{ "variant": "a", "weight": 50 }, { "weigth": 50, "variant": "b" }] } }
      ]
    }
  }
}
`
const twins = {
  ...datafile,
  flags: {
    ...datafile.flags,
    twin: { ...datafile.flags.banner, rules: [{ split: { unit: 'visitorId', salt: 'checkout', arms: [{ variant: 'on' }] } }] },
  },
}

test('a sound datafile is fine', async () => {
  await put({ 'datafile.json': datafile })
  const answer = await isoflag(['check'])
  assert.deepEqual([answer.code, answer.out, answer.err], [0, 'fine: 4 flags, 1 experiment\n', ''])
})

test('every problem is told with line and column, JSON path, and what to do', async () => {
  await put({ 'bad.json': BAD })
  const { code, out, err } = await isoflag(['check', 'bad.json'])
  assert.deepEqual([code, err], [1, ''])
  const places = [...out.matchAll(/^bad\.json:(\d+):(\d+) error (.*)$/gm)].map(([, line, column, path]) => [
    Number(line),
    Number(column),
    path,
  ])
  const lines = BAD.split('\n')
  const at = (line, text) => [line, lines[line - 1].indexOf(text) + 1]
  assert.deepEqual(places, [
    [...at(5, '"of"'), '$.flags["größe-📏 \\"x\\""].off'],
    [...at(11, '"visitorID"'), '$.flags["checkout"].rules[0].if.attribute'],
    [...at(12, '50, "variant": "b"'), '$.flags["checkout"].rules[1].split.arms[1].weigth'],
  ])
  assert.match(out, /did you mean `off`\?/)
  assert.match(out, /\n3 problems\n$/)
})

test('as JSON, with the same places', async () => {
  const { code, out } = await isoflag(['check', 'bad.json', '--json'])
  const { ok, problems, warnings } = JSON.parse(out)
  assert.deepEqual([code, ok, warnings], [1, false, []])
  assert.deepEqual(problems.map(({ path, line, column }) => [path, line, column])[2], [
    '$.flags["checkout"].rules[1].split.arms[1].weigth',
    12,
    98,
  ])
})

test('a file with a problem in every line has each at its line', async () => {
  const flags = Array.from({ length: 3000 }, (_, i) => `"f${i}": { "type": "boolean", "variants": { "on": true }, "off": "off" }`)
  const { out } = await isoflag(['check', '-', '--json'], { input: `{ "version": 1, "flags": {\n${flags.join(',\n')}\n} }` })
  const { problems } = JSON.parse(out)
  assert.deepEqual(problems.map(({ path, line }) => [path, line]), flags.map((_, i) => [`$.flags["f${i}"].off`, i + 2]))
})

const PLANS = {
  version: 1,
  metrics: { bought: { kind: 'conversion', event: 'bought' }, late: { kind: 'count', event: 'late', direction: 'decrease' } },
  experiments: { checkout: { primary: 'bought', guardrails: ['late'] } },
}

test('experiments.json is checked with the datafile, at its own places', async () => {
  await put({ 'datafile.json': datafile, 'plans.json': PLANS })
  assert.deepEqual(await isoflag(['check', '-x', 'plans.json']).then(({ code, out }) => [code, out]), [0, 'fine: 4 flags, 1 experiment\n'])
  const text = JSON.stringify(PLANS, null, 2).replace('"conversion"', '"coutn"').replace('"late"\n', '"latee"\n')
  await put({ 'slips.json': text })
  const lines = text.split('\n')
  const place = part => [lines.findIndex(line => line.includes(part)) + 1, lines.find(line => line.includes(part)).indexOf(part) + 1]
  const { code, out } = await isoflag(['check', '--experiments', 'slips.json', '--json'])
  assert.equal(code, 1)
  assert.deepEqual(
    JSON.parse(out).problems.map(({ file, path, line, column }) => [file, path, line, column]),
    [
      ['slips.json', '$.metrics["bought"].kind', ...place('"coutn"')],
      ['slips.json', '$.experiments["checkout"].guardrails[0]', ...place('"latee"')],
    ],
  )
  const told = await isoflag(['check', '-x', 'slips.json'])
  assert.match(told.out, /^slips\.json:\d+:\d+ error \$\.metrics\["bought"\]\.kind\n {2}unknown value `coutn`, did you mean `count`, allowed: [\s\S]*\n2 problems\n$/)
})

test('plans of what is no experiment are a warning', async () => {
  const idle = { ...PLANS, experiments: { ...PLANS.experiments, chekout: PLANS.experiments.checkout, banner: PLANS.experiments.checkout } }
  await put({ 'flags/datafile.json': datafile, 'flags/experiments.json': idle })
  const { code, out } = await isoflag(['check', 'flags/datafile.json'])
  assert.equal(code, 0)
  assert.match(out, /flags\/experiments\.json:\d+:\d+ warning \$\.experiments\["chekout"\]\n {2}the datafile has no flag `chekout`, did you mean `checkout`\?\n/)
  assert.match(out, /warning \$\.experiments\["banner"\]\n {2}no split of the flag `banner` names a `control`/)
  assert.match(out, /\nfine: 4 flags, 1 experiment, 2 warnings\n$/)
})

test('text that is no JSON is told where it is none, in both files', async () => {
  const places = async (text, args = ['-']) => JSON.parse((await isoflag(['check', '--json', ...args], { input: text })).out).problems.map(({ file, line, column }) => [file, line, column])
  assert.deepEqual(await places('{\n  "version": 1,\n  "flags": { "ü😀": 01 }\n}'), [['-', 3, 22]])
  assert.deepEqual(await places('{\n  "flags": {}\n}\n'), [['-', 1, 1]], 'what lacks a field begins there')
  assert.deepEqual(await places('{ "a": 1,\n}'), [['-', 2, 1]], 'before all that does not fit')
  await put({ 'torn.json': '{ "version": 1,\n  "metrics": { "a": }\n}' })
  assert.deepEqual(await places(JSON.stringify(datafile), ['-', '-x', 'torn.json']), [['torn.json', 2, 21]])
})

test('a datafile with environments says so where none is chosen', async () => {
  await put({ 'env.json': { ...datafile, environments: ['staging', 'production'] }, 'plain.json': datafile })
  const note = 'note: `env.json` declares the environments staging, production; without --environment their differences do not count\n'
  for (const args of [['compile', 'env.json', '-o', '-'], ['decide', '-d', 'env.json'], ['explain', 'limit', 'staff=true', '-d', 'env.json'], ['diff', 'plain.json', 'env.json']]) {
    const { code, err } = await isoflag(args)
    assert.deepEqual([code, err], [0, note], args.join(' '))
    if (args[0] !== 'diff') assert.equal((await isoflag([...args, '-e', 'staging'])).err, '', args.join(' '))
  }
})

test('text that is no JSON is told as such', async () => {
  const { code, out } = await isoflag(['check', '-'], { input: '{ "version": 1,\n "flags": {' })
  assert.equal(code, 1)
  assert.match(out, /^-:\d+:\d+ error \$.*\n {2}this is not JSON: /)
})

test('a warning is no problem, but with --strict it is', async () => {
  await put({ 'twins.json': twins })
  const fine = await isoflag(['check', 'twins.json'])
  assert.equal(fine.code, 0)
  assert.match(fine.out, /^twins\.json:\d+:\d+ warning \$\.flags\["twin"\][\s\S]+\nfine: 5 flags, 1 experiment, \d+ warnings?\n$/)
  const strict = await isoflag(['check', 'twins.json', '--strict', '--json'])
  assert.deepEqual([strict.code, JSON.parse(strict.out).ok], [1, false])
})

test('compile writes the bytes that the compiler makes, to a file or through a pipe', async () => {
  const { program, digest } = compile(datafile)
  const { code, out } = await isoflag(['compile', 'datafile.json', '-o', 'out.isof'])
  assert.equal(code, 0)
  assert.equal(
    out,
    `program      out.isof, ${program.length.toLocaleString('en-US')} bytes\ndigest       ${digest}\nexperiments  checkout, run ${out.match(/run (\w{8}),/)[1]}, 2 arms\n`,
  )
  assert.deepEqual(new Uint8Array(await readFile(join(project, 'out.isof'))), program)
  const piped = await isoflag(['compile', '-d', '-', '-o', '-'], { input: JSON.stringify(datafile) })
  assert.deepEqual([piped.code, piped.err], [0, ''])
  assert.deepEqual(new Uint8Array(piped.bytes), program)
  const json = JSON.parse((await isoflag(['compile', '--json'])).out)
  assert.deepEqual([json.out, json.bytes, json.digest, json.experiments.length], ['program.isof', program.length, digest, 1])
})

test('compile with problems writes nothing and ends with code 2', async () => {
  const { code, bytes, err } = await isoflag(['compile', 'bad.json', '-o', '-'])
  assert.deepEqual([code, bytes.length], [2, 0])
  assert.match(err, /isoflag compile: `bad\.json` has 3 problems/)
})
