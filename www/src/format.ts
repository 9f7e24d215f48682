// Numbers as people read them. Nothing here knows statistics: it rounds, signs and names what the worker computed.
const LOCALE = 'en'
const MINUS = '\u2212'
const NONE = '\u2013'

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })
const tidy = (value: string): string => value.replace('-', MINUS)
const isNegativeZero = (value: string): boolean => /^-[0.,]*$/.test(value)

function fixed(value: number, digits: number): string {
  const written = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
  return tidy(isNegativeZero(written) ? written.slice(1) : written)
}

export function count(value: number): string {
  return tidy(whole.format(value))
}

/** 0.0318 → 3.18%. Small rates keep their meaning: 0.00041 → 0.041%. */
export function rate(value: number | null): string {
  if (value === null) return NONE
  const percent = value * 100
  const digits = percent === 0 ? 0 : Math.abs(percent) >= 10 ? 1 : Math.abs(percent) >= 1 ? 2 : 3
  return `${fixed(percent, digits)}%`
}

/** 0.5 → 50%, 0.3333 → 33.3%. */
export function share(value: number | null): string {
  if (value === null) return NONE
  const digits = Math.abs(value * 100 - Math.round(value * 100)) < 0.005 ? 0 : 1
  return `${fixed(value * 100, digits)}%`
}

/** A change always carries its sign: +9.8%, −2.1%, 0.0%. */
export function lift(value: number | null): string {
  if (value === null) return NONE
  const percent = value * 100
  return `${signed(percent, Math.abs(percent) >= 1000 ? 0 : 1)}%`
}

/** A difference of two rates is in percentage points, of two means in the metric's own unit. */
export function difference(value: number | null, isRate: boolean): string {
  if (value === null) return NONE
  return isRate ? `${signed(value * 100, 2)}\u00a0pp` : signed(value, significant(value))
}

export function range(low: string, high: string): string {
  return `${low} to ${high}`
}

/** The mean of a metric: a rate for conversions, otherwise an amount per visitor. */
export function mean(value: number | null, isRate: boolean, unit: string | null): string {
  if (value === null) return NONE
  return isRate ? rate(value) : amount(value, significant(value), unit)
}

/** What was counted or summed: whole for counts, two decimals for money. */
export function total(value: number, unit: string | null): string {
  return amount(value, unit === null && Number.isInteger(value) ? 0 : unit === null ? significant(value) : 2, unit)
}

function amount(value: number, digits: number, unit: string | null): string {
  return unit === null ? fixed(value, digits) : `${fixed(value, digits)}\u00a0${unit}`
}

/** "p < 0.0001" below what anyone needs; never "p = 0". */
export function pValue(value: number | null): string {
  if (value === null) return NONE
  if (value < 0.0001) return '<\u00a00.0001'
  return fixed(value, value < 0.01 ? 4 : value < 0.1 ? 3 : 2)
}

export function statistic(value: number | null): string {
  return value === null ? NONE : fixed(value, 3)
}

export function plural(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)}\u00a0${value === 1 ? one : many}`
}

/** 0.95 → 95%, 0.999 → 99.9%. */
export function level(value: number): string {
  return share(value)
}

function signed(value: number, digits: number): string {
  const written = fixed(value, digits)
  return value > 0 && !/^[0.,]*$/.test(written) ? `+${written}` : written
}

function significant(value: number): number {
  const size = Math.abs(value)
  return size === 0 || size >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(size)))
}

// Days in reports are UTC days, so every date here is; times of day say so.
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' })

export function shortDay(isoDay: string): string {
  return day.format(new Date(`${isoDay}T00:00:00Z`))
}

export function longDate(at: number | null): string {
  return at === null ? NONE : date.format(at)
}

export function timeOfDay(at: number): string {
  return `${clock.format(at)} UTC`
}

export function moment(at: number | null): string {
  return at === null ? NONE : `${date.format(at)}, ${timeOfDay(at)}`
}
