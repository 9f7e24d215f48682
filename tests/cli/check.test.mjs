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
