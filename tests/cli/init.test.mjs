// `isoflag init`: what it writes is sound, of its schemas, and nobody's file is lost.

import Ajv2020 from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { installCli } from './support.mjs'

const { project, isoflag, put } = await installCli()

test('a first datafile and its experiments are without a warning, and of the schemas they name', async () => {
  const { code, out } = await isoflag(['init'])
  assert.equal(code, 0)
  assert.match(out, /^wrote flags\/datafile\.json and flags\/experiments\.json; go on with\n {2}isoflag check flags\/datafile\.json\n/)
  assert.deepEqual(await isoflag(['check', '--strict']).then(({ code, out }) => [code, out]), [0, 'fine: 2 flags, 1 experiment\n'])
  for (const name of ['flags/datafile.json', 'flags/experiments.json']) {
    const path = join(project, name)
    const file = JSON.parse(await readFile(path, 'utf8'))
    const schema = JSON.parse(await readFile(resolve(dirname(path), file.$schema), 'utf8'))
    const accepts = new Ajv2020({ strictTypes: false, strictRequired: false, strictTuples: false }).compile(schema)
    assert.ok(accepts(file), JSON.stringify(accepts.errors))
  }
  assert.equal((await isoflag(['explain', 'new-checkout', 'visitorId=v-1'])).code, 0)
})

test('nothing is overwritten', async () => {
  await put({ 'mine/experiments.json': '{}' })
  const { code, err } = await isoflag(['init', 'mine'])
  assert.deepEqual([code, err], [2, 'isoflag init: `mine/experiments.json` is there already\nname another folder: isoflag init <folder>\n'])
  assert.equal(await readFile(join(project, 'mine/experiments.json'), 'utf8'), '{}')
  await assert.rejects(readFile(join(project, 'mine/datafile.json')))
  const { files } = JSON.parse((await isoflag(['init', 'a/b', '--json'])).out)
  assert.deepEqual(files, ['a/b/datafile.json', 'a/b/experiments.json'])
})
