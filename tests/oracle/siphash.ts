// SipHash from the paper (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), on BigInts that are cut to 64
// bits wherever the paper adds. The 128-bit variant is the one of the authors' reference: v1 ^= 0xee at the start, 0xee
// instead of 0xff before the last rounds, and a second output after v1 ^= 0xdd and as many rounds again.

const MASK = (1n << 64n) - 1n

type State = [v0: bigint, v1: bigint, v2: bigint, v3: bigint]

const rotate = (word: bigint, bits: bigint): bigint => ((word << bits) & MASK) | (word >> (64n - bits))

function rounds(state: State, count: number): void {
  let [v0, v1, v2, v3] = state
  for (let round = 0; round < count; round++) {
    v0 = (v0 + v1) & MASK
    v1 = rotate(v1, 13n) ^ v0
    v0 = rotate(v0, 32n)
    v2 = (v2 + v3) & MASK
    v3 = rotate(v3, 16n) ^ v2
    v0 = (v0 + v3) & MASK
    v3 = rotate(v3, 21n) ^ v0
    v2 = (v2 + v1) & MASK
    v1 = rotate(v1, 17n) ^ v2
    v2 = rotate(v2, 32n)
  }
  state[0] = v0
  state[1] = v1
  state[2] = v2
  state[3] = v3
}

/** The message as little-endian words; the last one ends with the length of the message, modulo 256. */
function words(message: Uint8Array): bigint[] {
  const padded = new Uint8Array(Math.floor(message.length / 8) * 8 + 8)
  padded.set(message)
  padded[padded.length - 1] = message.length & 0xff
  const view = new DataView(padded.buffer)
  return Array.from({ length: padded.length / 8 }, (_, index) => view.getBigUint64(index * 8, true))
}

function absorb(state: State, message: Uint8Array, count: number): void {
  for (const word of words(message)) {
    state[3] ^= word
    rounds(state, count)
    state[0] ^= word
  }
}

const start = (k0: bigint, k1: bigint): State => [
  k0 ^ 0x736f6d6570736575n,
  k1 ^ 0x646f72616e646f6dn,
  k0 ^ 0x6c7967656e657261n,
  k1 ^ 0x7465646279746573n,
]

const output = (state: State): bigint => state[0] ^ state[1] ^ state[2] ^ state[3]

/** SipHash-1-3, 64 bits. */
export function sip13(k0: bigint, k1: bigint, message: Uint8Array): bigint {
  const state = start(k0, k1)
  absorb(state, message, 1)
  state[2] ^= 0xffn
  rounds(state, 3)
  return output(state)
}

/** SipHash-2-4 with 128 bits, as its two halves. */
export function sip24x128(k0: bigint, k1: bigint, message: Uint8Array): [bigint, bigint] {
  const state = start(k0, k1)
  state[1] ^= 0xeen
  absorb(state, message, 2)
  state[2] ^= 0xeen
  rounds(state, 4)
  const first = output(state)
  state[1] ^= 0xddn
  rounds(state, 4)
  return [first, output(state)]
}
