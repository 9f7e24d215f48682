import { useFlag } from 'isoflag/react'

export function useNamed(key: 'banner' | 'limit') {
  return useFlag(key, false) // reads banner, reads limit
}
export function useAny(key: string) {
  return useFlag(key, false) // dynamic
}
export const fromEnvironment = () => useFlag(process.env.FLAG!, false) // dynamic
export const numbered = (n: number) => useFlag(`banner-${n}`, false) // dynamic
export const forgotten = () => useFlag() // dynamic
export function recursive(key: string): unknown {
  return key === '' ? useFlag('limit', 1) : recursive(key.slice(1)) // reads limit
}
export function round(key: string) {
  return round(key) || useFlag(key, false) // dynamic
}
