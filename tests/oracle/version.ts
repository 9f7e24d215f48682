// SemVer 2.0.0: what is a version (with minor and patch left out at will), and which of two comes first.

export interface Version {
  readonly numbers: readonly [bigint, bigint, bigint]
  readonly pre: readonly string[]
}

const NUMBER = '(0|[1-9][0-9]*)'
const PRE = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const BUILD = '[0-9A-Za-z-]+'
const VERSION = new RegExp(`^${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER})?)?(?:-(${PRE}(?:\\.${PRE})*))?(?:\\+${BUILD}(?:\\.${BUILD})*)?$`)

/** The largest number a part may have; SemVer names none, the program format keeps 64 bits. */
const MOST = (1n << 64n) - 1n

export function parseVersion(text: string): Version | undefined {
  const found = VERSION.exec(text)
  if (!found) return undefined
  const [, major = '0', minor = '0', patch = '0', pre] = found
  const numbers = [BigInt(major), BigInt(minor), BigInt(patch)] as const
  if (numbers.some(number => number > MOST)) return undefined
  return { numbers, pre: pre === undefined ? [] : pre.split('.') }
}

const sign = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Rule 11.4: numbers by value and before texts, texts by ASCII order. */
function comparePart(a: string, b: string): number {
  const [aNumber, bNumber] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)]
  if (aNumber && bNumber) return sign(BigInt(a), BigInt(b))
  if (aNumber !== bNumber) return aNumber ? -1 : 1
  return sign(a, b)
}

export function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    const order = sign(a.numbers[index], b.numbers[index])
    if (order !== 0) return order
  }
  // A version without a pre-release part comes after those with one.
  if (a.pre.length === 0 || b.pre.length === 0) return sign(b.pre.length, a.pre.length)
  for (const [index, part] of a.pre.entries()) {
    const other = b.pre[index]
    if (other === undefined) return 1
    const order = comparePart(part, other)
    if (order !== 0) return order
  }
  return sign(a.pre.length, b.pre.length)
}
