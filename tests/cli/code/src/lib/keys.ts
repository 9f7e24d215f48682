export const CHECKOUT = 'checkout'
export const PREFIX = 'search'
export const KEYS = { banner: 'banner', limit: 'limit', nested: { theme: 'theme-dark' } } as const
export const FROZEN = Object.freeze({ ...KEYS, checkout: CHECKOUT })
export enum Flags {
  Banner = 'banner',
  Search = 'search-v2',
}
export const ALL = [KEYS.banner, KEYS.limit] as const
export const { nested: { theme: THEME = 'never' } } = KEYS
let changing = 'banner'
export function change() {
  changing = 'limit'
  return changing
}
export { changing }
