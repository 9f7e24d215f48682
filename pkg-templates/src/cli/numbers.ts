// Numbers as options, and as people read them.

import { CliError } from './errors.ts'

/** Digits in groups of three: `10,000`, `10_000`, `10 000`. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:([,_ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?$/

/** A number as people write it; NaN for what is none. */
export function written(text: string): number {
  const plain = text.trim().replace(/^\u2212/, '-')
  if (plain === '') return Number.NaN
  return Number(GROUPED.test(plain) ? plain.replace(/[,_\s]/g, '') : plain)
}

/** The number an option holds, or what stands for it when it was not given. */
export function numberOf(name: string, given: string | undefined, absent: number): number {
  if (given === undefined) return absent
  const number = written(given)
  if (!Number.isFinite(number)) throw new CliError(`\`--${name}\` is a number, \`${given}\` was found`, /^[+-]?\d+,\d+$/.test(given) ? `a comma groups digits, as in 10,000; write ${given.replace(',', '.')}` : undefined)
  return number
}

/** The share that an option holds in percent: `3` and `3%` are 0.03. */
export function percentOf(name: string, given: string | undefined, absent: number): number {
  return numberOf(name, given?.replace(/\s*%\s*$/, ''), absent) / 100
}

/** A chance from 0 to 1: `0.05`, or `5%`. */
export function chanceOf(name: string, given: string | undefined, absent: number): number {
  return given?.trimEnd().endsWith('%') ? percentOf(name, given, absent) : numberOf(name, given, absent)
}

export function wholeOf(name: string, given: string | undefined, absent: number, least: number): number {
  const number = numberOf(name, given, absent)
  if (!Number.isSafeInteger(number) || number < least) throw new CliError(`\`--${name}\` is a whole number from ${least} on, \`${given}\` was found`)
  return number
}

/** `4`, or shares of the sample such as `0.25,0.5,1`. */
export function looksOf(given: string | undefined, absent: number): number[] {
  if (given?.includes(',')) return given.split(',').map(share => chanceOf('looks', share, 0))
  const count = wholeOf('looks', given, absent, 1)
  return Array.from({ length: count }, (_, i) => (i + 1) / count)
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

export function percent(value: number, digits = 1): string {
  return `${(100 * value).toFixed(digits)}%`
}

export function signedPercent(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${percent(Math.abs(value))}`
}

export function figure(value: number): string {
  const size = Math.abs(value)
  return (size >= 1000 ? whole(size) : Number(size.toPrecision(4)).toString()).replace(/^/, value < 0 ? '−' : '')
}

/** Never 0: below what anyone needs it is below it. */
export function pText(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.01 ? 4 : 3)}`
}
