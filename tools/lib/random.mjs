// Chance with a seed, so that what it found can be found again.

/** Mulberry32: small, repeatable, good enough to mix things up. Answers numbers in [0, 1). */
export function mulberry32(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A generator with the draws that tests of the worker are made of. */
export function seeded(seed) {
  const next = mulberry32(seed)
  const below = limit => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: list => list[below(list.length)],
    shuffle: list => list.map(item => [next(), item]).sort((a, b) => a[0] - b[0]).map(([, item]) => item),
    bytes: length => Uint8Array.from({ length }, () => below(256)),
  }
}
