import { useFlag } from 'some-other-library'

const places = new Map([['only-mentioned', 1]])

export function nothing(decide: (key: string) => boolean) {
  useFlag('their own flag', false)
  decide('a thing')
  places.get('checkout')
  {
    const useFlag = (text: string) => text.length
    useFlag('checkout')
  }
  return 'banner'
}
