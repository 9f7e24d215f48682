// The vectors in Node, workerd and Chromium, and natively through the same words.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { HOSTS, prepare } from './hosts.mjs'

const directory = new URL('../vectors/', import.meta.url)
const names = (await readdir(directory)).filter(name => name.endsWith('.json') && name !== 'bucketing.json').sort()
const jobs = prepare(await Promise.all(names.map(async name => JSON.parse(await readFile(new URL(name, directory), 'utf8')))))

/** Contexts JSON files cannot hold for every reader: an unpaired surrogate is U+FFFD, which no other id may become. */
const SURROGATES = prepare([
  {
    datafile: {
      version: 1,
      flags: { f: { type: 'boolean', variants: { a: true, b: false }, off: 'a', rules: [{ split: { unit: 'id', arms: [{ variant: 'a' }, { variant: 'b' }] } }] } },
    },
    cases: ['\ud800', '\ufffd', 'a\udc00b', 'a\ufffdb', '\u{1f600}'].map(id => ({ flag: 'f', context: { id } })),
  },
])

for (const [name, start] of Object.entries(HOSTS)) {
  // Before `describe`: a failure inside an asynchronous one would be a suite without tests, not a failed test.
  const host = await start()
  const answers = await host.answer(jobs)
  describe(name, () => {
    after(() => host.close())
    for (const [index, { about, cases }] of jobs.entries()) {
      it(`${names[index]}: ${about}`, () => {
        assert.equal(answers[index].length, cases.length)
        for (const [at, { name: sentence, expect }] of cases.entries()) {
          const found = answers[index][at]
          for (const [field, expected] of Object.entries(expect)) {
            const seen = field === 'exposure' && expected ? { ...found.exposure, run: undefined } : found[field]
            assert.deepEqual(seen, field === 'exposure' && expected ? { ...expected, run: undefined } : expected, `${sentence}: ${field}`)
          }
        }
      })
    }
    if (name !== 'native') {
      it('an unpaired surrogate is U+FFFD', async () => {
        const [[high, replaced, inside, insideReplaced, emoji]] = await host.answer(SURROGATES)
        assert.deepEqual(high, replaced)
        assert.deepEqual(inside, insideReplaced)
        assert.notEqual(emoji.bucket, replaced.bucket)
      })
    }
  })
}
