// Tables as people have them: CSV with a head, or a JSON list of objects.

import { CliError } from './errors.ts'

export type Row = Readonly<Record<string, string>>

/** The rows of a table; every cell is text. */
export function readTable(text: string, path: string): Row[] {
  const begin = text.trimStart()
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

/** RFC 4180: quotes around cells with commas, quotes or line ends; a doubled quote is one. */
function fromCsv(text: string, path: string): Row[] {
  const rows: string[][] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  let row: string[] = []
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex
    const found = cell.exec(text)
    if (found === null) throw new CliError(`\`${path}\`, line ${text.slice(0, at).split('\n').length}: a quote that does not end, or stands inside a cell`)
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === ',') {
      // A comma at the very end opens one more cell.
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
    return Object.fromEntries(head.map((name, column) => [name.trim(), (cells[column] ?? '').trim()]))
  })
}
