// Chance with a seed, so that every difference can be made again.

/** A generator (mulberry32) with the draws that the rest of this folder is made of. */
export function seeded(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const int = below => Math.floor(next() * below)
  const chance = share => next() < share
  const pick = list => list[int(list.length)]
  /** `least` to `most` draws. */
  const times = (least, most, draw) => Array.from({ length: least + int(most - least + 1) }, (_, index) => draw(index))
  /** `count` different members. */
  const some = (list, count) => {
    const rest = [...list]
    return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(int(rest.length), 1)[0])
  }
  return { next, int, chance, pick, times, some }
}
