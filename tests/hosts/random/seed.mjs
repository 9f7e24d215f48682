// Chance with a seed, so that every difference can be made again.

import { mulberry32 } from '../../../tools/lib/random.mjs'

/** A generator with the draws that the rest of this folder is made of. */
export function seeded(seed) {
  const next = mulberry32(seed)
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
