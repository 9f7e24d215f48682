import { useFlag } from 'isoflag/react'
import { ALL, change, changing, CHECKOUT, Flags, FROZEN, KEYS, PREFIX, THEME } from '@/lib/keys'

const local = 'banner' satisfies string

export function Constants({ wide, part }: { wide: boolean; part: keyof typeof KEYS }) {
  useFlag(CHECKOUT, '') // reads checkout
  useFlag(KEYS.banner, false) // reads banner
  useFlag(KEYS['limit'], 1) // reads limit
  useFlag(KEYS.nested.theme, false) // reads theme-dark
  useFlag(FROZEN.checkout, '') // reads checkout
  useFlag(FROZEN.limit, 1) // reads limit
  useFlag(Flags.Search, false) // reads search-v2
  useFlag(Flags['Banner'], false) // reads banner
  useFlag(THEME, false) // reads theme-dark, unknown never
  useFlag(local, false) // reads banner
  useFlag(`${PREFIX}-v2`, false) // reads search-v2
  useFlag('theme' + '-' + `dark`, false) // reads theme-dark
  useFlag(wide ? 'banner' : KEYS.limit, false) // reads banner, reads limit
  useFlag(wide && 'search-v2', false) // reads search-v2
  useFlag(ALL[1], 1) // reads limit
  useFlag(changing, false) // reads banner, reads limit
  useFlag(change(), false) // reads banner, reads limit
  useFlag(KEYS[part], false) // reads banner, reads limit, dynamic
  for (const key of ALL) useFlag(key, 0) // reads banner, reads limit
  ALL.map(key => useFlag(key, false)) // reads banner, reads limit
  Object.values(Flags).forEach(key => useFlag(key, false)) // reads banner, reads search-v2
  Object.keys(KEYS).filter(Boolean).forEach(use) // reads banner, reads limit, unknown nested
  return null
}

function use(key: string) {
  return useFlag(key, false)
}
