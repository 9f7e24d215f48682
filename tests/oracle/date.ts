// RFC 3339: a full date (midnight UTC) or a date-time with its offset, as milliseconds since 1970. The calendar is counted
// out here rather than asked of `Date`, which takes much that RFC 3339 does not.

const DATE = '([0-9]{4})-([0-9]{2})-([0-9]{2})'
const TIME = '([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?'
const OFFSET = '(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))'
const TEXT = new RegExp(`^${DATE}(?:[Tt]${TIME}${OFFSET})?$`)

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const daysIn = (year: number, month: number): number => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)

/** Days from 1970-01-01 to the first of January of a year. */
function daysToYear(year: number): number {
  const leaps = (until: number): number => Math.floor(until / 4) - Math.floor(until / 100) + Math.floor(until / 400)
  return (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

function daysTo(year: number, month: number, day: number): number {
  let days = daysToYear(year)
  for (let before = 1; before < month; before++) days += daysIn(year, before)
  return days + day - 1
}

/** Milliseconds since 1970; undefined when the text is no such date. What is finer than a millisecond is dropped. */
export function parseDate(text: string): number | undefined {
  const found = TEXT.exec(text)
  if (!found) return undefined
  const number = (group: number): number => Number(found[group] ?? 0)
  const [year, month, day] = [number(1), number(2), number(3)]
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  const midnight = daysTo(year, month, day) * 86_400_000
  if (found[4] === undefined) return midnight
  const [hour, minute, second] = [number(4), number(5), number(6)]
  const [offsetHour, offsetMinute] = [number(9), number(10)]
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined
  const milliseconds = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const offset = (found[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute)
  return midnight + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds
}
