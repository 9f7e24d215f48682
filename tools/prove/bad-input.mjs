// Bad input: batches in which some events are broken in every way we know, and bodies damaged byte by byte. Nothing answers
// 500, every rejection names its field, and every good event of a batch that was taken is in the ledger.

import { gzipSync } from 'node:zlib'
import { DAY, batches, oneExperiment, ownWorker, request, uuidv7 } from '../lib/api.mjs'
import { seeded } from '../lib/random.mjs'

export const needs = ['worker']

const NOW = Date.now()
const START = (Math.floor(NOW / DAY) - 10) * DAY
/** Requests under way at once. */
const AT_ONCE = 8
/** Good events in a batch. */
const GOOD = 3

let counter = 0
const event = () => ({ type: 'event', id: uuidv7(NOW), name: 'bought', units: { visitorId: `v-${counter++}` }, at: START + counter, properties: { value: 9.5, tags: ['a', 'b'] }, experiments: { checkout: 'control' } })
const exposure = run => ({ type: 'exposure', experiment: 'checkout', run, unitType: 'visitorId', unit: `u-${counter++}`, variant: 'control', at: START + counter, program: 'ab'.repeat(32) })
const alias = () => ({ type: 'alias', unitType: 'visitorId', unit: `v-${counter++}`, toType: 'userId', to: `p-${counter}`, at: START })

const nest = depth => (depth === 0 ? 1 : { n: nest(depth - 1) })
const LONG = 'x'.repeat(300)

/** Ways to break an event for certain: what to change, and the field the rejection must name (`''`: the event itself). */
const BREAKS = {
  event: [
    ...['type', 'id', 'name', 'units', 'at'].flatMap(field => [[{ [field]: undefined }, field], [{ [field]: null }, field], [{ [field]: true }, field], [{ [field]: [] }, field]]),
    [{ type: 'click' }, 'type'],
    [{ id: '1' }, 'id'],
    [{ id: '019ab3f0-1c2d-4abc-8def-0123456789ab' }, 'id'],
    [{ name: '' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ name: LONG }, 'name'],
    [{ units: {} }, 'units'],
    [{ units: { visitorId: '' } }, 'units.visitorId'],
    [{ units: { visitorId: 1.5 } }, 'units.visitorId'],
    [{ units: { visitorId: LONG } }, 'units.visitorId'],
    [{ units: { '': 'v' } }, 'units.'],
    [{ units: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`t${i}`, 'v'])) }, 'units'],
    [{ at: Math.floor(START / 1000) }, 'at'],
    [{ at: START * 1000 }, 'at'],
    [{ at: -1 }, 'at'],
    [{ at: START + 0.5 }, 'at'],
    [{ at: NOW + 400 * DAY }, 'at'],
    [{ properties: 7 }, 'properties'],
    [{ properties: { 'a"b': 1 } }, 'properties.a"b'],
    [{ properties: { big: 1e31 } }, 'properties.big'],
    [{ properties: { text: 'x'.repeat(17_000) } }, 'properties'],
    [{ properties: nest(7) }, 'properties.n.n.n.n'],
    [{ properties: { note: 'a\0b' } }, 'properties.note'],
    [{ properties: { 'a\0b': 1 } }, 'properties.a\\u0000b'],
    [{ units: { visitorId: 'v\0' } }, 'units.visitorId'],
    [{ experiments: { checkout: 1 } }, 'experiments.checkout'],
    [{ experiments: { checkout: '' } }, 'experiments.checkout'],
    [{ experiments: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`e${i}`, 'v'])) }, 'experiments'],
    [{ source: 'import' }, 'source'],
    [{ propertes: {} }, 'propertes'],
  ],
  exposure: [
    ...['experiment', 'run', 'unitType', 'unit', 'variant', 'at'].flatMap(field => [[{ [field]: undefined }, field], [{ [field]: null }, field], [{ [field]: {} }, field]]),
    [{ run: '1A2B3C4D' }, 'run'],
    [{ run: '1a2b' }, 'run'],
    [{ unit: 'a\nb' }, 'unit'],
    [{ unit: LONG }, 'unit'],
    [{ variant: LONG }, 'variant'],
    [{ program: 'latest' }, 'program'],
    [{ program: 7 }, 'program'],
    [{ attestation: 'x' }, 'attestation'],
    [{ override: 1 }, 'override'],
    [{ source: 'import' }, 'source'],
    [{ name: 'x' }, 'name'],
  ],
  alias: ['unitType', 'unit', 'toType', 'to', 'at'].flatMap(field => [[{ [field]: undefined }, field], [{ [field]: false }, field]]),
}

/** Ways to break the text of an event; the field is where a reader without a field of its own puts them. */
const TEXTS = [
  [text => text.replace('"at":', '"at":1,"at":'), 'at'],
  [text => text.replace('{', '{"more":1e999,'), ''],
  [text => text.replace('{', '{"more":"\\ud800",'), ''],
  [text => text.replace('{', `{"more":${'['.repeat(2000)}${']'.repeat(2000)},`), 'more[0]'],
  [() => '7', ''],
  [() => 'null', ''],
  [() => '"event"', ''],
  [() => '[]', ''],
]

export async function run([many = '10000', seed = '1'] = []) {
  const own = await ownWorker({ vars: { ISOFLAG_RATE_PER_SECOND: '1000000', ISOFLAG_RATE_BURST: '1000000' } })
  try {
    const environment = await own.environment('hostile')
    const { experiments: [published] } = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    const random = seeded(Number(seed))
    const seen = { statuses: {}, rejected: 0, fields: new Set(), good: [], spared: 0 }
    let left = Number(many)
    const worker = async () => {
      while (left-- > 0) await (random.below(4) === 0 ? damaged : broken)(environment, published.run, random, seen)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))

    let missing = 0
    for (const part of batches(seen.good, 500)) missing += (await environment.send(part)).accepted
    console.log(`${many} batches: ${Object.entries(seen.statuses).map(([status, count]) => `${count} answered ${status}`).join(', ')}`)
    console.log(`  ${seen.rejected} events rejected, naming ${seen.fields.size} different fields`)
    console.log(`  ${seen.good.length} good events beside them, ${missing} of them lost`)
    console.log(`  ${seen.spared} events left whole in damaged batches, all taken`)
    if (missing !== 0) throw new Error(`${missing} good events were acknowledged and are not in the ledger`)
    if (seen.fields.size < 25 || seen.good.length < many || !(seen.statuses[400] > 0) || seen.spared < many / 10) throw new Error('the input was too tame to prove anything')
  } finally {
    await own.close()
  }
}

async function post(environment, body, headers, seen) {
  const answer = await request(`${environment.url}/v1/events`, { method: 'POST', key: environment.keys.client, body, headers })
  seen.statuses[answer.status] = (seen.statuses[answer.status] ?? 0) + 1
  if (![200, 400, 413, 415].includes(answer.status)) throw new Error(`a batch was answered ${answer.status}: ${answer.text}\n${body}`)
  if (answer.status !== 200 && !answer.json.error.message) throw new Error(`a batch was refused without a reason:\n${body}`)
  for (const { index, field, code, message } of answer.json.rejected ?? []) {
    if (!field.startsWith(`events[${index}]`) || !code || !message) throw new Error(`a rejection that names no field: ${JSON.stringify({ index, field, code, message })}`)
    seen.fields.add(field.replace(/^events\[\d+\]\.?/, ''))
    seen.rejected++
  }
  return answer
}

/** A batch whose broken events are known: each must be rejected by its field, and all others taken. */
async function broken(environment, run, random, seen) {
  const make = { event, exposure: () => exposure(run), alias }
  const good = Array.from({ length: GOOD }, () => (random.below(3) === 0 ? exposure(run) : event()))
  const items = good.map(item => ({ text: JSON.stringify(item) }))
  for (let count = 1 + random.below(3); count > 0; count--) {
    const kind = random.pick(['event', 'event', 'exposure', 'alias'])
    let bad
    if (random.below(4) === 0) {
      const [change, field] = random.pick(TEXTS)
      bad = { text: change(JSON.stringify(make[kind]())), field }
    } else {
      const [change, field] = random.pick(BREAKS[kind])
      bad = { text: JSON.stringify({ ...make[kind](), ...change }), field }
    }
    items.splice(random.below(items.length + 1), 0, bad)
  }
  const body = `{"sentAt":${NOW},"events":[${items.map(({ text }) => text).join(',')}]}`
  const packed = random.below(2) === 0
  const { status, json } = await post(environment, packed ? gzipSync(body) : body, packed ? { 'content-encoding': 'gzip' } : {}, seen)
  const expected = items.flatMap(({ field }, index) => (field === undefined ? [] : [`events[${index}]${field === '' ? '' : `.${field}`}`]))
  const found = status === 200 ? json.rejected.map(({ field }) => field) : []
  const same = found.length === expected.length && expected.every((field, i) => found[i].startsWith(field))
  if (status !== 200 || !same || json.accepted !== GOOD)
    throw new Error(`expected ${JSON.stringify(expected)} rejected and ${GOOD} accepted, got ${status} ${JSON.stringify(json)} for\n${body}`)
  seen.good.push(...good)
}

/**
 * A batch damaged on its way, plain or packed. Where it is still a batch it must be taken, and with it every event the damage left whole:
 * they are told from the others by their text.
 */
async function damaged(environment, run, random, seen) {
  const whole = [event(), exposure(run), alias(), event()]
  const body = Buffer.from(JSON.stringify({ sentAt: NOW, events: whole }))
  const packed = random.below(4) === 0
  let bytes = packed ? gzipSync(body) : body
  for (let count = 1 + random.below(4); count > 0; count--) bytes = damage(bytes, random)
  const encoding = random.below(20) === 0 ? random.pick(['br', 'gzip', 'deflate', 'gzip, gzip', '', 'x']) : packed ? 'gzip' : 'identity'
  const { status, json } = await post(environment, bytes, { 'content-encoding': encoding }, seen)
  // What was packed is a batch or is not: its checksum tells the worker, and a flaw of it need not be one of the batch.
  const still = encoding === 'identity' ? batchIn(bytes) : undefined
  if (still === undefined) return
  if (status !== 200) throw new Error(`a batch with ${still.length} events was refused whole: ${status} ${JSON.stringify(json)} for\n${bytes}`)
  const texts = new Map(whole.map(one => [JSON.stringify(one), one]))
  still.forEach((one, index) => {
    const good = texts.get(JSON.stringify(one))
    if (good === undefined) return
    // The text may say a field twice, which reading it here hides.
    const rejection = json.rejected.find(rejection => rejection.index === index)
    if (rejection && rejection.code !== 'duplicate_key') throw new Error(`a good event was rejected: ${JSON.stringify(rejection)} for\n${bytes}`)
    if (rejection) return
    if (good.type !== 'alias') seen.good.push(good)
    seen.spared++
  })
}

/** The events of a damaged text, if it still is a batch: an object of known fields, each once. */
function batchIn(bytes) {
  let text, value
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !Array.isArray(value.events)) return undefined
  if (Object.keys(value).some(key => !['sentAt', 'events'].includes(key)) || value.events.length > 1000) return undefined
  return fieldsOf(text) === Object.keys(value).length ? value.events : undefined
}

/** How many fields the outermost object of a JSON text gives, twice said ones twice. */
function fieldsOf(text) {
  let depth = 0
  let fields = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (token === ':' && depth === 1) fields++
  }
  return fields
}

function damage(bytes, random) {
  const at = random.below(bytes.length + 1)
  switch (random.below(8)) {
    case 5:
    case 6:
    case 7: {
      // A number that is another one, in the field of the batch as often as in those of its events: the text stays a batch.
      const numbers = [...bytes.toString('latin1').matchAll(/(?<=":)\d+/g)]
      const number = numbers[random.below(2) * random.below(numbers.length)]
      if (number === undefined) return bytes
      const other = Buffer.from(random.pick(['0', '-1', '5000', '1e999', '1.5', '17639000000000000000000', 'null', 'true', '"x"']))
      return Buffer.concat([bytes.subarray(0, number.index), other, bytes.subarray(number.index + number[0].length)])
    }
    case 0: {
      const copy = Buffer.from(bytes)
      if (at < copy.length) copy[at] ^= 1 << random.below(8)
      return copy
    }
    case 1:
      return bytes.subarray(0, at)
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(['"', '{', '}', '[', ']', ',', '\\', '\0', '\ud800', 'null', '-', '1e999', '\u2028'])), bytes.subarray(at)])
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length + 1))])
    default:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: 1 + random.below(9) }, () => random.below(256))), bytes.subarray(at)])
  }
}
