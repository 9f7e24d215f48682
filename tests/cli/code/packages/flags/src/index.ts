import { useFlag } from 'isoflag/react'

export function useSwitch(key: string): boolean {
  return useFlag(key, false)
}
export * from './more'
