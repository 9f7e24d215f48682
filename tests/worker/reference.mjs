// The slow, obvious report: all facts in a list, everything looked up by scanning. It shares no code with the worker.

const DAY = 86_400_000

/** Units, mixed units and totals by variant for one run, from every fact ever sent, in any order, however often. */
export function reference(facts, { experiment, run, variants, metrics }) {
  const shown = new Map() // unit → variant → earliest time
  const happened = new Map() // id → event, the first one sent
  for (const fact of facts) {
    if (fact.type === 'event') {
      if (!happened.has(fact.id.toLowerCase())) happened.set(fact.id.toLowerCase(), fact)
    } else if (fact.experiment === experiment && fact.run === run) {
      const unit = JSON.stringify([fact.unitType, String(fact.unit)])
      const seen = shown.get(unit) ?? shown.set(unit, new Map()).get(unit)
      seen.set(fact.variant, Math.min(fact.at, seen.get(fact.variant) ?? Infinity))
    }
  }
  const zero = () => Object.fromEntries(variants.map(variant => [variant, 0]))
  const result = { units: zero(), mixed: 0, totals: {}, squares: {}, days: {} }
  for (const key of Object.keys(metrics)) [result.totals[key], result.squares[key]] = [zero(), zero()]
  for (const [unit, seen] of shown) {
    if (seen.size > 1) {
      result.mixed += 1
      continue
    }
    const [[variant, first]] = seen
    if (!variants.includes(variant)) continue
    const [unitType, id] = JSON.parse(unit)
    result.units[variant] += 1
    const day = new Date(first).toISOString().slice(0, 10)
    result.days[day] = (result.days[day] ?? 0) + 1
    for (const [key, metric] of Object.entries(metrics)) {
      const end = first + (metric.windowDays ?? 14) * DAY
      const mine = [...happened.values()].filter(
        one => one.name === metric.event && one.units[unitType] !== undefined && String(one.units[unitType]) === id && one.at >= first && one.at < end,
      )
      const values = mine.map(one => one.properties?.[metric.property]).filter(value => typeof value === 'number')
      const total = { conversion: mine.length > 0 ? 1 : 0, count: mine.length, sum: values.reduce((sum, value) => sum + value, 0) }[metric.kind]
      result.totals[key][variant] += total
      result.squares[key][variant] += total * total
    }
  }
  return result
}
