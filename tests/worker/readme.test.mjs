// What the README has people type, typed: the keys of an environment, a datafile, and the experiments it shows.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { oneExperiment, request, worker } from './kit.mjs'

const held = worker()
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
const fenced = (language, part) => {
  const found = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text).filter(text => text.includes(part))
  assert.equal(found.length, 1, part)
  return found[0]
}

test('keys, a datafile and experiments.json as the README has them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-readme-'))
  try {
    const env = { ...process.env, ROOT_KEY: held.own.rootKey, WORKER: held.own.url }
    const run = async script => (await promisify(execFile)('bash', ['-ec', script], { cwd: folder, env })).stdout
    const keys = (await run(fenced('sh', 'for ROLE in').replace(/^export WORKER=.*$/m, ''))).match(/iso_(client|server|admin)_production_[A-Za-z0-9]+/g)
    assert.deepEqual(keys.map(key => key.split('_')[1]), ['client', 'server', 'admin'])
    const admin = keys[2]
    const put = await request(`${held.own.url}/v1/datafile`, { method: 'PUT', key: admin, body: oneExperiment('checkout-redesign', { control: 50, new: 50 }) })
    assert.equal(put.status, 200, put.text)
    const plans = await request(`${held.own.url}/v1/experiments`, { method: 'PUT', key: admin, body: fenced('json', '"primary"') })
    assert.deepEqual([plans.status, plans.json?.version], [200, 1], plans.text)
    const report = await request(`${held.own.url}/v1/experiments/checkout-redesign/report`, { key: keys[1] })
    assert.deepEqual([report.status, report.json.metrics.length], [200, 7], report.text)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
