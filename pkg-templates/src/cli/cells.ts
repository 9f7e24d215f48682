// From rows to what a ledger would have counted.

import { CliError } from './errors.ts'
import { written } from './numbers.ts'
import type { Cells, MetricCell, Observed } from './stats.ts'
import type { Row } from './table.ts'

/** How a column becomes a metric. */
export interface Column {
  readonly key: string
  /** The column of the second number: a ratio's denominator or the total before exposure. */
  readonly second: string | undefined
  readonly cap: number
  readonly binned: boolean
  /** Only 0 and 1 are numbers of it. */
  readonly binary: boolean
}

const RATIO = 1.01
const SMALLEST = 1e-5
const LAST = 8103

/** The lower edge of a bin, by the same products as the worker's, so that both have the same bits. */
function lowerEdge(bin: number): number {
  let [power, factor, rest] = [SMALLEST, RATIO, bin - 1]
  while (rest > 0) {
    if (rest % 2 === 1) power *= factor
    factor *= factor
    rest = Math.floor(rest / 2)
  }
  return power
}

const EDGES: number[] = []

function binOf(total: number): number {
  if (EDGES.length === 0) for (let bin = 1; bin <= LAST; bin++) EDGES.push(lowerEdge(bin))
  const size = Math.abs(total)
  let [low, high] = [1, LAST]
  while (low < high) {
    const middle = low + Math.floor((high - low + 1) / 2)
    if ((EDGES[middle - 1] ?? Infinity) <= size) low = middle
    else high = middle - 1
  }
  return total < 0 ? -low : low
}

/** Counts rows of one unit each; `day` says on which day a unit was first exposed. */
export function ofRows(rows: readonly Row[], columns: readonly Column[], segments: readonly string[], day: (row: Row, at: number) => number): Observed {
  const all = new Counter(columns)
  const parts: Record<string, Record<string, Counter>> = {}
  rows.forEach((row, i) => {
    const on = day(row, i + 1)
    all.take(row, i + 1, on)
    for (const dimension of segments) {
      const values = (parts[dimension] ??= {})
      const value = row[dimension] ?? ''
      ;(values[value] ??= new Counter(columns)).take(row, i + 1, on)
    }
  })
  const counted = Object.entries(parts).map(([dimension, values]) => [dimension, Object.fromEntries(Object.entries(values).map(([value, counter]) => [value, counter.cells()]))])
  return { ...all.cells(), segments: Object.fromEntries(counted) }
}

class Counter {
  readonly #columns: readonly Column[]
  readonly #units = new Map<string, { variant: string; day: number; units: number }>()
  readonly #metrics = new Map<string, Map<string, MetricCell>>()

  constructor(columns: readonly Column[]) {
    this.#columns = columns
  }

  take(row: Row, at: number, day: number): void {
    const variant = row['variant'] ?? ''
    const cell = `${day} ${variant}`
    const units = this.#units.get(cell) ?? { variant, day, units: 0 }
    this.#units.set(cell, { ...units, units: units.units + 1 })
    for (const { key, second, cap, binned, binary } of this.#columns) {
      const cells = this.#metrics.get(key) ?? new Map<string, MetricCell>()
      this.#metrics.set(key, cells)
      const sums = cells.get(cell) ?? { variant, day, sum: 0, sumSquares: 0 }
      const value = Math.min(numberIn(row, key, at), cap)
      if (binary && value !== 0 && value !== 1) throw new CliError(`row ${at}: \`${key}\` is a conversion and knows 0 and 1, \`${row[key]}\` was found`)
      sums.sum += value
      sums.sumSquares += value * value
      if (second !== undefined) {
        const other = Math.min(numberIn(row, second, at), cap)
        const before = (sums.second ??= { sum: 0, sumSquares: 0, cross: 0 })
        before.sum += other
        before.sumSquares += other * other
        before.cross += value * other
      }
      if (binned && value !== 0) addToBin((sums.bins ??= []), value)
      cells.set(cell, sums)
    }
  }

  cells(): Cells {
    const ascending = (cell: MetricCell): MetricCell => {
      cell.bins?.sort((a, b) => a.bin - b.bin)
      return cell
    }
    const metrics = [...this.#metrics].map(([key, cells]) => [key, [...cells.values()].map(ascending)])
    return { units: [...this.#units.values()], metrics: Object.fromEntries(metrics) }
  }
}

function addToBin(bins: NonNullable<MetricCell['bins']>, value: number): void {
  const number = binOf(value)
  let bin = bins.find(one => one.bin === number)
  if (bin === undefined) bins.push((bin = { bin: number, units: 0, sum: 0, sumSquares: 0 }))
  bin.units += 1
  bin.sum += value
  bin.sumSquares += value * value
}

/** An empty cell is a unit that did nothing. */
export function numberIn(row: Row, column: string, at: number): number {
  const text = row[column] ?? ''
  const number = text === '' ? 0 : written(text)
  if (!Number.isFinite(number)) {
    const hint = text.endsWith('%') ? 'a cell has the number itself: 0.03 or 3' : 'numbers are written like 1234.5 or 1,234.5'
    throw new CliError(`row ${at}: \`${column}\` is a number, \`${text}\` was found`, hint)
  }
  return number
}
