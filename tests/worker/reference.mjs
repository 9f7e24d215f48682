// The slow, obvious ledger: all facts in a list, everything looked up by scanning. It shares no code with the worker.

import { load } from '../oracle/load.mjs'

const { armAt, position } = await load('bucket.ts')

const DAY = 86_400_000
/** Those these facts can have, best first. */
const VERDICTS = ['attested', 'imported', 'unknown_program', 'mismatched', 'override']
const REFUTED = ['mismatched', 'override']

/** The variant `oneExperiment(experiment, arms)` gives a unit. */
export const givenBy = (experiment, arms) => unit => Object.keys(arms)[armAt(position(experiment, String(unit)), Object.values(arms).map(weight => ({ weight })))]

/**
 * The cells of one run, from every fact ever sent, in any order, however often. Shaped as `GET …/cells`: units and sums
 * by variant and day of first exposure.
 */
export function cells(facts, { experiment, run, metrics, arms }) {
  const { shown, happened } = gather(facts, experiment, run, givenBy(experiment, arms))
  const result = { units: [], metrics: {}, mixedUnits: 0, firstExposure: null, lastExposure: null }
  const unitCells = new Map()
  const metricCells = Object.fromEntries(Object.keys(metrics).map(key => [key, new Map()]))
  const verdicts = new Map()
  for (const [unit, all] of shown) {
    for (const [variant, { verdict }] of all) {
      const known = verdicts.get(`${variant}\n${verdict}`) ?? { variant, verdict, exposures: 0 }
      verdicts.set(`${variant}\n${verdict}`, { ...known, exposures: known.exposures + 1 })
    }
    // What something speaks against enrols nobody, and where a server signed nothing else counts.
    const signed = [...all.values()].some(({ verdict }) => verdict === 'attested')
    const seen = new Map([...all].filter(([, { verdict }]) => (signed ? verdict === 'attested' : !REFUTED.includes(verdict))).map(([variant, { at }]) => [variant, at]))
    if (seen.size === 0) continue
    const first = Math.min(...seen.values())
    result.firstExposure = Math.min(first, result.firstExposure ?? Infinity)
    result.lastExposure = Math.max(first, result.lastExposure ?? -Infinity)
    if (seen.size > 1) {
      result.mixedUnits += 1
      continue
    }
    const [variant] = seen.keys()
    const day = Math.floor(first / DAY)
    const at = `${variant}\n${day}`
    unitCells.set(at, { variant, day, units: (unitCells.get(at)?.units ?? 0) + 1 })
    const mine = eventsOf(JSON.parse(unit), happened)
    for (const [key, metric] of Object.entries(metrics)) {
      const numbers = numbersOf(metric, first, mine)
      if (numbers === undefined) continue
      const { value, second, bins } = numbers
      const cell = metricCells[key].get(at) ?? { variant, day, sum: 0, sumSquares: 0, ...(second === undefined ? {} : { second: { sum: 0, sumSquares: 0, cross: 0 } }), bins: new Map() }
      metricCells[key].set(at, cell)
      cell.sum += value
      cell.sumSquares += value * value
      if (second !== undefined) {
        cell.second.sum += second
        cell.second.sumSquares += second * second
        cell.second.cross += second * value
      }
      if (bins && value !== 0) {
        const bin = binOf(value)
        const into = cell.bins.get(bin) ?? { bin, units: 0, sum: 0, sumSquares: 0 }
        cell.bins.set(bin, { bin, units: into.units + 1, sum: into.sum + value, sumSquares: into.sumSquares + value * value })
      }
    }
  }
  const sorted = map => [...map.values()].sort((a, b) => (a.variant < b.variant ? -1 : a.variant > b.variant ? 1 : a.day - b.day))
  result.units = sorted(unitCells)
  if (verdicts.size > 0) {
    const place = ({ variant, verdict }) => `${variant}\n${VERDICTS.indexOf(verdict)}`
    result.verdicts = [...verdicts.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1))
  }
  for (const [key, map] of Object.entries(metricCells)) {
    if (map.size === 0) continue
    result.metrics[key] = sorted(map).map(({ bins, ...cell }) => (bins.size > 0 ? { ...cell, bins: [...bins.values()].sort((a, b) => a.bin - b.bin) } : cell))
  }
  return result
}

/** Units of the run with the earliest time they were shown each variant, and all events, the first one sent of each id. */
function gather(facts, experiment, run, given) {
  const shown = new Map()
  const happened = new Map()
  const links = []
  for (const fact of facts) {
    if (fact.type === 'alias') links.push(fact)
    else if (fact.type === 'event') {
      if (!happened.has(fact.id.toLowerCase())) happened.set(fact.id.toLowerCase(), fact)
    } else if (fact.experiment === experiment && fact.run === run) {
      const unit = JSON.stringify([fact.unitType, String(fact.unit)])
      const seen = shown.get(unit) ?? shown.set(unit, new Map()).get(unit)
      const verdict = verdictOf(fact, given)
      const known = seen.get(fact.variant)
      // An exposure against which nothing speaks takes the place of one that something does; of two alike the earlier time and the better
      // verdict stay.
      if (known === undefined || (REFUTED.includes(known.verdict) && !REFUTED.includes(verdict))) seen.set(fact.variant, { at: fact.at, verdict })
      else if (REFUTED.includes(known.verdict) === REFUTED.includes(verdict)) {
        known.at = Math.min(known.at, fact.at)
        if (VERDICTS.indexOf(verdict) < VERDICTS.indexOf(known.verdict)) known.verdict = verdict
      }
    }
  }
  return { shown, happened: [...happened.values()].map(event => ({ ...event, units: withLinks(event.units, links) })) }
}

/** None of these names a program, so one that nobody vouches for is held against the split of its run. */
function verdictOf({ source, override, attestation, unit, variant }, given) {
  if (source === 'import') return 'imported'
  if (override) return 'override'
  if (attestation) return 'attested'
  return given(unit) === variant ? 'unknown_program' : 'mismatched'
}

/** An event that does not name a device counts for the first device that each unit it does name was linked to. */
function withLinks(units, links) {
  const all = Object.entries(units).map(([type, id]) => [type, String(id)])
  const reached = [...all]
  for (const [type, id] of all) {
    const mine = links.filter(link => link.toType === type && String(link.to) === id && !(link.unitType in units))
    const first = new Map()
    for (const { unitType, unit, at } of mine) {
      const known = first.get(unitType)
      if (known === undefined || at < known.at || (at === known.at && String(unit) < known.unit)) first.set(unitType, { at, unit: String(unit) })
    }
    for (const [unitType, { unit }] of first) reached.push([unitType, unit])
  }
  return reached
}

const eventsOf = ([type, id], happened) => happened.filter(({ units }) => units.some(([unitType, unit]) => unitType === type && unit === id))

/** The two numbers of a unit; nothing for a unit that has no event in any of the metric's windows. */
function numbersOf(metric, first, events) {
  const { kind, event, property, denominator, days, cap, capQuantile, preDays, windowDays = 14 } = metric
  const [from, until] = days ? [days.from * DAY, (days.to + 1) * DAY] : [0, windowDays * DAY]
  const within = (name, start, end) => events.filter(one => one.name === name && one.at >= first + start && one.at < first + end)
  const total = (name, property, start, end) => {
    const found = within(name, start, end)
    if (kind === 'conversion' || kind === 'retention') return [found, found.length > 0 ? 1 : 0]
    if (property === undefined) return [found, found.length]
    const values = found.map(one => one.properties?.[property]).filter(value => typeof value === 'number')
    return [found, values.reduce((sum, value) => sum + value, 0)]
  }
  const [found, value] = total(event, property, from, until)
  let second
  let also = []
  if (denominator) [also, second] = total(denominator.event, denominator.property, from, until)
  else if (preDays) [also, second] = total(event, property, -preDays * DAY, 0)
  if (found.length === 0 && also.length === 0) return undefined
  const capped = number => (number === undefined || cap === undefined ? number : Math.min(number, cap))
  return { value: capped(value), second: capped(second), bins: kind === 'quantile' || capQuantile !== undefined }
}

/** Bins are 1 % wide from 0.00001 up; numbers of negative totals are mirrored. */
function binOf(value) {
  let bin = 1
  // Edges as products of the same factors, found by squaring, like the specification of the bins says.
  while (bin < 8103 && edge(bin + 1) <= Math.abs(value)) bin++
  return value < 0 ? -bin : bin
}

function edge(bin) {
  let [power, factor, rest] = [1e-5, 1.01, bin - 1]
  for (; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= factor
    factor *= factor
  }
  return power
}

/** Units, mixed units and totals by variant for one run, of variants that are arms of it. */
export function reference(facts, { experiment, run, arms, metrics }) {
  const variants = Object.keys(arms)
  const found = cells(facts, { experiment, run, metrics, arms })
  const zero = () => Object.fromEntries(variants.map(variant => [variant, 0]))
  const result = { units: zero(), mixed: found.mixedUnits, totals: {}, squares: {}, days: {}, cells: found }
  for (const { variant, day, units } of found.units.filter(({ variant }) => variants.includes(variant))) {
    result.units[variant] += units
    const date = new Date(day * DAY).toISOString().slice(0, 10)
    result.days[date] = (result.days[date] ?? 0) + units
  }
  for (const key of Object.keys(metrics)) {
    ;[result.totals[key], result.squares[key]] = [zero(), zero()]
    for (const { variant, sum, sumSquares } of found.metrics[key] ?? []) {
      if (!variants.includes(variant)) continue
      result.totals[key][variant] += sum
      result.squares[key][variant] += sumSquares
    }
  }
  return result
}

/** Whether two sets of cells are the same: counts to the digit, sums but for the order of the additions. */
export function differs(found, expected, path = 'cells') {
  if (typeof expected === 'number' && typeof found === 'number') {
    const close = Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected))
    return (Number.isSafeInteger(expected) && Number.isSafeInteger(found) ? found === expected : close) ? null : `${path}: ${found}, expected ${expected}`
  }
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null)
    return found === expected ? null : `${path}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`
  for (const key of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    const difference = differs(found[key], expected[key], `${path}.${key}`)
    if (difference !== null) return difference
  }
  return null
}
