// Contexts between processes. JSON has no NaN, no infinities and loses the sign of -0; strict readers refuse the unpaired
// surrogates that JavaScript has. `{"$number": "NaN"}` and `{"$surrogates": "d800,…"}` stand for what cannot be said.

const PLAIN = value => value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0))

const lone = text => /\p{Surrogate}/u.test(text)
const units = text => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16)).join(',')

/** A value as JSON can carry it. */
export function toWire(value) {
  if (PLAIN(value)) return value
  if (typeof value === 'number') return { $number: Object.is(value, -0) ? '-0' : String(value) }
  if (typeof value === 'string') return lone(value) ? { $surrogates: units(value) } : value
  if (Array.isArray(value)) return value.map(toWire)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toWire(member)]))
}

/** What `toWire` was given. */
export function fromWire(value) {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(fromWire)
  if (typeof value.$number === 'string') return Number(value.$number)
  if (typeof value.$surrogates === 'string') return String.fromCharCode(...value.$surrogates.split(',').map(unit => Number.parseInt(unit, 16)))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromWire(member)]))
}
