// Tables as people have them: CSV with a head, or a JSON list of objects.

import { didYouMean } from './nearest.ts'
import { CliError } from './errors.ts'

export type Row = Readonly<Record<string, string>>

/** The rows of a table; every cell is text. */
export function readTable(text: string, path: string): Row[] {
  const begin = text.trimStart()
  if (begin.startsWith('{')) throw new CliError(`\`${path}\` is a JSON object; a table is a list of them, or CSV`)
  return begin.startsWith('[') ? fromJson(begin, path) : fromCsv(text.replace(/^\ufeff/, ''), path)
}

function fromJson(text: string, path: string): Row[] {
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch (error) {
    throw new CliError(`\`${path}\` is no JSON: ${(error as Error).message}`)
  }
  return (rows as unknown[]).map((row, i) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new CliError(`\`${path}\`: item ${i + 1} is no object`)
    return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? '' : String(value)]))
  })
}

/** What a row lacks, in words: the column, one that may be meant, and those there are. */
export function noColumn(path: string, name: string, row: Row): CliError {
  const columns = Object.keys(row)
  return new CliError(`\`${path}\` has no column \`${name}\`${didYouMean(name, columns)}`, `its columns are ${columns.join(', ')}`)
}

/** Spreadsheets of many languages write `;` where a comma is the decimal point; what was copied out of one has tabs. */
const SEPARATORS = [',', ';', '\t'] as const

/** The one that stands most often in the head. */
function separatorOf(text: string): (typeof SEPARATORS)[number] {
  const head = (/^(?:"[^"]*"|[^"\r\n])*/.exec(text)?.[0] ?? '').replaceAll(/"[^"]*"/g, '')
  const often = (separator: string): number => head.split(separator).length
  return SEPARATORS.reduce((best, one) => (often(one) > often(best) ? one : best))
}

/** A decimal comma, as it stands where `;` or a tab separates. Three digits behind it may as well be thousands. */
const COMMA = /^([+-]?(?:0(?=,)|\d+(?=,(?:\d{1,2}|\d{4,})$))),(\d+)$/
const EITHER = /^[+-]?[1-9]\d{0,2},\d{3}$/

/** RFC 4180: quotes around cells with commas, quotes or line ends; a doubled quote is one. */
function fromCsv(text: string, path: string): Row[] {
  const rows: string[][] = []
  const separator = separatorOf(text)
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, 'y')
  let row: string[] = []
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex
    const found = cell.exec(text)
    if (found === null) throw new CliError(`\`${path}\`, line ${text.slice(0, at).split('\n').length}: a quote that does not end, or stands inside a cell`)
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === separator) {
      // A separator at the very end opens one more cell.
      if (cell.lastIndex === text.length) row.push('')
      else continue
    }
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  const [head, ...body] = rows
  if (head === undefined) throw new CliError(`\`${path}\` is empty`)
  return body.map((cells, i) => {
    if (cells.length !== head.length) throw new CliError(`\`${path}\`, row ${i + 2}: ${cells.length} cells under a head of ${head.length}`)
    const plain = separator === ',' ? cells : cells.map(cell => decimal(cell.trim(), path, i + 2))
    return Object.fromEntries(head.map((name, column) => [name.trim(), (plain[column] ?? '').trim()]))
  })
}

function decimal(cell: string, path: string, row: number): string {
  if (EITHER.test(cell)) throw new CliError(`\`${path}\`, row ${row}: \`${cell}\` may be ${cell.replace(',', '.')} or ${cell.replace(',', '')}`, 'write it without the comma')
  return cell.replace(COMMA, '$1.$2')
}
