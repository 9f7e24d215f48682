/** The few ways text is set apart. Words carry the meaning; colour only helps the eye. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
  cyan(text: string): string
}

const same = (text: string): string => text

export const plain: Style = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same }

const between =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`

export const styled: Style = {
  bold: between(1, 22),
  dim: between(2, 22),
  red: between(31, 39),
  yellow: between(33, 39),
  green: between(32, 39),
  cyan: between(36, 39),
}

/** Lays rows out in columns that are as wide as their widest cell; the last column runs free. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = []
  for (const row of rows) row.slice(0, -1).forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))))
  return rows.map(row =>
    row.map((cell, i) => (i < row.length - 1 ? cell + ' '.repeat((widths[i] ?? 0) - width(cell) + gap) : cell)).join('').trimEnd(),
  )
}

// Escapes take no room on the screen.
const ESCAPES = /\u001b\[\d+m/g

function width(text: string): number {
  return [...text.replace(ESCAPES, '')].length
}

/** `1 flag`, `2 flags`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}
