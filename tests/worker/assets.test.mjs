import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ownWorker, request } from './kit.mjs'

let own, folder

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isoflag-assets-'))
  const console = join(folder, 'console')
  await mkdir(join(console, 'assets'), { recursive: true })
  await writeFile(join(console, 'index.html'), '<!doctype html><title>console</title>')
  await writeFile(join(console, 'assets', 'index-1a2b3c.js'), 'export {}')
  await writeFile(join(console, 'favicon.svg'), '<svg/>')
  await writeFile(join(console, '.secret.txt'), 'SPILT')
  await writeFile(join(folder, 'outside.txt'), 'SPILT')
  own = await ownWorker({ assets: console })
})

after(async () => {
  await own?.close()
  await rm(folder, { recursive: true, force: true })
})

test('files come with their type, and hashed ones may be kept', async () => {
  for (const [path, type, kept] of [
    ['/', 'text/html', 'no-cache'],
    ['/index.html', 'text/html', 'no-cache'],
    ['/favicon.svg', 'image/svg+xml', 'no-cache'],
    ['/assets/index-1a2b3c.js', 'text/javascript', 'immutable'],
  ]) {
    const answer = await request(own.url + path)
    assert.equal(answer.status, 200, path)
    assert.match(answer.headers.get('content-type'), new RegExp(`^${type.replace('+', '\\+')}`), path)
    assert.match(answer.headers.get('cache-control'), new RegExp(kept), path)
  }
})

test('every screen is the one page; a missing file is missing', async () => {
  for (const path of ['/experiments', '/experiments/checkout-redesign', '/assets', '/assets/', '/a/b/c/']) {
    const answer = await request(own.url + path)
    assert.equal(answer.status, 200, path)
    assert.match(answer.text, /<title>console<\/title>/, path)
  }
  for (const path of ['/assets/gone.js', '/gone.txt']) {
    const answer = await request(own.url + path)
    assert.deepEqual([answer.status, answer.json.error.code], [404, 'not_found'], path)
  }
  const head = await request(`${own.url}/favicon.svg`, { method: 'HEAD' })
  assert.deepEqual([head.status, head.bytes.length], [200, 0])
  assert.equal((await request(`${own.url}/favicon.svg`, { method: 'POST', body: 'x' })).status, 404)
})

test('nothing outside the folder and nothing hidden is served', async () => {
  for (const path of ['/.secret.txt', '/..%2foutside.txt', '/%2e%2e/outside.txt', '/assets/..%2f..%2foutside.txt', '/assets/%2e%2e%2f.secret.txt']) {
    const answer = await request(own.url + path)
    assert.doesNotMatch(answer.text, /SPILT/, path)
  }
})
