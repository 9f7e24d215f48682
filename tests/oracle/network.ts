// Addresses as numbers of 128 bits. IPv4 lies where IPv6 maps it, at ::ffff:0:0/96, so that both are one space.

const MAPPED = 0xffffn << 32n

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

/** The 16-bit groups of one side of `::`; its last may be an IPv4 address, which is two. */
function groups(text: string, mayEndInV4: boolean): bigint[] | undefined {
  if (text === '') return []
  const found: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      found.push(BigInt(`0x${part}`))
      continue
    }
    const v4 = mayEndInV4 && index === parts.length - 1 ? parseV4(part) : undefined
    if (v4 === undefined) return undefined
    found.push(v4 >> 16n, v4 & 0xffffn)
  }
  return found
}

function parseV6(text: string): bigint | undefined {
  const sides = text.split('::')
  const [left = '', right] = sides
  if (sides.length > 2 || (right === undefined && left === '')) return undefined
  const head = groups(left, right === undefined)
  const tail = right === undefined ? [] : groups(right, true)
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for one group or more (RFC 4291, section 2.2).
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((sum, group) => (sum << 16n) | group, 0n)
}

export interface Address {
  readonly bits: bigint
  /** How it was written, which says what its prefix lengths count. */
  readonly width: 32 | 128
}

export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return { bits: MAPPED | v4, width: 32 }
  const v6 = parseV6(text)
  return v6 === undefined ? undefined : { bits: v6, width: 128 }
}

/** Does the address lie in the network? Both as text; a network is an address with or without a prefix length. */
export function inNetwork(address: string, network: string): boolean {
  const [base = '', prefix] = network.split('/')
  const [found, start] = [parseAddress(address), parseAddress(base)]
  if (!found) return false
  if (!start) throw new Error(`${network} is not a network`)
  const length = (prefix === undefined ? start.width : Number(prefix)) + (128 - start.width)
  const rest = BigInt(128 - length)
  return found.bits >> rest === start.bits >> rest
}
