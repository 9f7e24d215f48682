// Every reference case of statistics, and as many further questions near them as are asked for, natively, in Node, workerd and
// Chromium: the same text, byte for byte.
//   npm run prove -- statistics [questions] [seed]

import { createHash } from 'node:crypto'
import { run as command } from '../lib/run.mjs'
import { root } from '../setup.mjs'

export const needs = ['stats', 'report']

const BATCH = 4_000

/** Mulberry32: 32 bits of state are enough to move numbers about. */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The same question with some of its numbers up to a third larger or smaller; counts stay counts, and what is 0 or 1 stays. */
function near(value, draw) {
  if (Array.isArray(value)) return value.map(one => near(one, draw))
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, near(inner, draw)]))
  if (typeof value !== 'number' || value === 0 || value === 1 || draw() < 0.6) return value
  const moved = value * (2 / 3 + (2 / 3) * draw())
  return Number.isInteger(value) ? Math.round(moved) : moved
}

export async function run([questions = '100000', seed = '1']) {
  await command('cargo', ['build', '--release', '--locked', '-p', 'isoflag-tests', '--bin', 'answer-stats'], { cwd: root })
  const { HOSTS, native, vectors } = await import('../../tests/stats/hosts/index.mjs')
  const { namesIn } = await import('../../tests/stats/hosts/answer.mjs')
  const given = (await vectors()).map(({ id, method, input }) => ({ id, method, input }))
  const draw = random(Number(seed))
  const hosts = []
  const digests = Object.fromEntries(['native', ...Object.keys(HOSTS)].map(name => [name, createHash('sha256')]))
  const counts = { questions: 0, answered: 0, undefined: 0, refused: 0, bytes: 0 }
  const methods = new Set()
  let differences = 0
  try {
    for (const start of Object.values(HOSTS)) hosts.push(await start())
    for (let cases = given; ; cases = more(cases.length)) {
      const expected = await native(cases, 'release')
      const answers = JSON.parse(expected)
      digests.native.update(expected)
      counts.questions += cases.length
      counts.bytes += expected.length
      for (const { defined, error } of Object.values(answers)) counts[error ? 'refused' : defined ? 'answered' : 'undefined']++
      for (const { method } of cases) methods.add(method)
      const found = await Promise.all(hosts.map(host => host.ask('answer', { cases, names: namesIn(answers) })))
      for (const [h, host] of hosts.entries()) {
        digests[host.name].update(found[h])
        if (found[h] !== expected) differences += tell(host.name, cases, answers, JSON.parse(found[h]))
      }
      if (counts.questions >= given.length + Number(questions)) break
    }
  } finally {
    for (const host of hosts) await host.close()
  }

  function more() {
    const left = Math.min(BATCH, given.length + Number(questions) - counts.questions)
    return Array.from({ length: left }, (_, at) => {
      const { id, method, input } = given[Math.floor(draw() * given.length)]
      return { id: `${id} ${counts.questions + at}`, method, input: near(input, draw) }
    })
  }

  console.log(`${counts.questions} questions to ${methods.size} methods, the ${given.length} reference cases among them; ${counts.answered} have an answer, ${counts.undefined} have none, ${counts.refused} are refused`)
  for (const [name, digest] of Object.entries(digests)) console.log(`  ${name.padEnd(9)} ${counts.bytes} bytes of answers, sha256 ${digest.digest('hex')}`)
  if (differences) throw new Error(`${differences} answers differ`)
  if (counts.answered < 0.8 * counts.questions) throw new Error('too many questions have no answer: the proof shows little')
}

/** Shows the first difference of a batch; how many there are. */
function tell(host, cases, expected, found) {
  const different = cases.filter(({ id }) => JSON.stringify(expected[id]) !== JSON.stringify(found[id]))
  const [first] = different
  if (first) console.error(JSON.stringify({ host, question: first, native: expected[first.id], found: found[first.id] }))
  // Equal when read, and yet another text: that is one difference too.
  return Math.max(different.length, 1)
}
