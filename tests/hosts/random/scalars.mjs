// Numbers, versions, dates and addresses, each with its neighbours: the values at which an answer turns.

const NUMBERS = [0, -0, 1, -1, 17, 18, 18.5, 65, 42, 0.1, 1e21, -1e21, 1.5e-7, 5e-324, 1.7976931348623157e308, 9007199254740991, 9007199254740992, 9007199254740994, -9007199254740991, 4294967295, 4294967296]

export const number = random => (random.chance(0.7) ? random.pick(NUMBERS) : random.int(200) - 100)

const bits = new DataView(new ArrayBuffer(8))

/** The next number up or down: one in the last place. */
function neighbour(value, step) {
  if (value === 0) return step * 5e-324
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(value > 0 ? step : -step))
  return bits.getFloat64(0)
}

export const nearNumber = (random, value) => random.pick([value, value, value + 1, value - 1, -value, neighbour(value, 1), neighbour(value, -1), NaN, Infinity, -Infinity])

const PARTS = ['0', '1', '2', '9', '10', '11', '4294967296', '18446744073709551615']
const HUGE = ['18446744073709551616', '99999999999999999999999']
const PRE = ['alpha', 'alpha.1', 'alpha.beta', 'beta.2', 'beta.11', 'rc.1', '0', '1', '9007199254740993', '9007199254740992', '99999999999999999999', '100000000000000000000', '-', 'x-y', '0a', 'A', '1.a', 'a.b.c']
const NO_VERSIONS = ['', 'v1.2.3', '1.', '.1', '1.2.3.4', '01.2.3', '1.02', '1.2.3-', '1.2.3-01', '1.2.3-a..b', '1.2.3+', '1.2.3+a..b', '1.2.3-é', ' 1.2.3', '1.2.3 ', '-1.2.3', '1,2', '１.2.3', '1.2.3-a_b', '1.2.3+a+b', '1.2.3\n']

export function version(random) {
  const core = random.times(1, 3, () => random.pick(PARTS)).join('.')
  return `${core}${random.chance(0.4) ? `-${random.pick(PRE)}` : ''}${random.chance(0.15) ? `+${random.pick(['1', '001', 'a.b', '-'])}` : ''}`
}

export function nearVersion(random, given) {
  const [, core, rest = ''] = /^([0-9.]+)(.*)$/.exec(given)
  const parts = core.split('.')
  const place = random.int(parts.length)
  const moved = step => parts.map((part, index) => (index === place ? String(BigInt(part) + step < 0n ? 0n : BigInt(part) + step) : part)).join('.')
  return random.pick([
    () => given,
    () => core,
    () => `${core}-${random.pick(PRE)}`,
    () => `${core}${rest.split('+')[0]}+other`,
    () => moved(1n) + rest,
    () => moved(-1n) + rest,
    () => [...parts, '0', '0'].slice(0, 3).join('.') + rest,
    () => `${random.pick(HUGE)}.1.1`,
    () => `1.${random.pick(HUGE)}`,
    () => version(random),
    () => random.pick(NO_VERSIONS),
  ])()
}

const DAY = 86_400_000
const pad = (value, width) => String(value).padStart(width, '0')

/** A moment as RFC 3339 text, in one of the ways to write it. */
export function written(random, at) {
  const hasYear = at >= Date.UTC(1, 0, 1) && at < Date.UTC(9999, 0, 1)
  const minutes = hasYear ? random.pick([0, 0, 60, -330, 1439, -1439]) : 0
  const there = new Date(at + minutes * 60_000)
  const [date, time] = there.toISOString().slice(0, -1).split('T')
  if (at % DAY === 0 && random.chance(0.4)) return new Date(at).toISOString().slice(0, 10)
  const fraction = time.slice(8) === '.000' ? random.pick(['', '', '.0', '.000', '.0000009']) : random.pick([time.slice(8), `${time.slice(8)}999`])
  const offset = minutes === 0 ? random.pick(['Z', '+00:00', '-00:00', 'z']) : `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60), 2)}:${pad(Math.abs(minutes) % 60, 2)}`
  return `${date}${random.pick(['T', 'T', 't'])}${time.slice(0, 8)}${fraction}${offset}`
}

const MOMENTS = ['2024-02-29', '2025-03-01', '1969-12-31', '1970-01-01', '2000-02-29', '2100-03-01', '0001-01-01', '9940-12-31', '2026-11-24'].map(date => Date.parse(date))

export const moment = random => random.pick(MOMENTS) + (random.chance(0.5) ? 0 : random.int(DAY))

const NO_DATES = ['', '2025-02-29', '1900-02-29', '2025-13-01', '2025-00-10', '2025-01-00', '2025-04-31', '2025-1-1', '25-01-01', '2025-01-01T00:00:00', '2025-01-01T24:00:00Z', '2025-01-01T23:60:00Z', '2025-01-01T23:59:60Z', '2016-12-31T23:59:60Z', '2025-01-01 00:00:00Z', '2025-01-01T00:00Z', '2025-01-01T00:00:00.Z', '2025-01-01T00:00:00+24:00', '2025-01-01T00:00:00+01:60', '2025-01-01T00:00:00+0100', '2025-01-01T00:00:00,5Z', '+2025-01-01', '2025-01-01Z', '2025-01-01T', '1735689600000', '2025-01-01\n', '２025-01-01']

/** A moment close to another, as text, or as a number of milliseconds that need not be whole. */
export function nearDate(random, at) {
  const near = at + random.pick([0, 0, 1, -1, 1000, -1000, DAY, -DAY])
  return random.pick([
    () => written(random, Math.max(near, Date.UTC(1, 0, 1))),
    () => written(random, Math.max(near, Date.UTC(1, 0, 1))),
    () => near,
    () => near + random.pick([0.5, -0.5, 1e-3]),
    () => random.pick([NaN, Infinity, -Infinity, 9007199254740993, -1e300, 1e300, 8.64e15 + 1]),
    () => random.pick(NO_DATES),
  ])()
}

const V4 = [0x0a000000, 0xc0a80100, 0x7f000001, 0x00000000, 0xffffffff, 0x08080808, 0x0a0000ff]
const V6 = ['20010db8000000000000000000000001', 'fe800000000000000000000000000000', '00000000000000000000000000000001', '00000000000000000000000000000000', 'ffffffffffffffffffffffffffffffff', '20010db8ffff0000000000000000abcd', '0064ff9b00000000000000000a000001'].map(hex => BigInt(`0x${hex}`))
const NO_ADDRESSES = ['', '10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1/32', '10.0.0.1 ', '10.0.0.-1', ':::', '::1::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7:8::', '::1%eth0', '[::1]', '12345::', '::g', '::ffff:1.2.3', '1.2.3.4::', '::1.2.3.4:5', '::ffff:010.0.0.1', '0x0a000001', '167772161', '１0.0.0.1', '10.0.0.1\n', ':', '1:', ':1']

const v4Text = bits => [24, 16, 8, 0].map(shift => (bits >>> shift) & 255).join('.')

function v6Text(random, bits) {
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16))
  const shaped = groups.map(group => random.pick([group, group, group.toUpperCase(), group.padStart(4, '0')]))
  if (random.chance(0.2)) shaped.splice(6, 2, v4Text(Number(bits & 0xffffffffn)))
  const joined = shaped.join(':')
  return random.chance(0.6) ? joined.replace(/(^|:)(0+(:|$)){2,}/, '::').replace(':::', '::') : joined
}

function addressText(random, bits) {
  const v4 = bits >> 32n === 0xffffn
  if (v4 && random.chance(0.7)) return v4Text(Number(bits & 0xffffffffn))
  return v6Text(random, bits)
}

/** A network: its text, and what `nearAddress` needs to stand at its edges. */
export function network(random) {
  const v4 = random.chance(0.6)
  const width = v4 ? 32 : 128
  const prefix = random.pick(v4 ? [0, 1, 8, 16, 23, 24, 31, 32] : [0, 1, 32, 48, 64, 80, 96, 104, 120, 127, 128])
  const hostBits = BigInt(width - prefix)
  const drawn = v4 ? BigInt(random.pick(V4)) : random.chance(0.2) ? (0xffffn << 32n) | BigInt(random.pick(V4)) : random.pick(V6)
  const base = (drawn >> hostBits) << hostBits
  const text = v4 ? v4Text(Number(base)) : v6Text(random, base)
  const bare = prefix === width && random.chance(0.5)
  return { text: bare ? text : `${text}/${prefix}`, first: v4 ? (0xffffn << 32n) | base : base, size: 1n << hostBits }
}

export function nearAddress(random, { first, size }) {
  const all = (1n << 128n) - 1n
  const at = random.pick([first, first + size - 1n, first + size / 2n, first - 1n, first + size])
  return random.chance(0.12) ? random.pick(NO_ADDRESSES) : addressText(random, at & all)
}
