import type { FlagKey, FlagValue } from 'isoflag'
import { useExperiment, useFlag } from 'isoflag/react'

export function Page({ any }: { any: 'banner' | 'limit' }) {
  const banner: boolean = useFlag('banner', false)
  const text: 'control' | 'it\'s "new"\n`ok`' = useFlag('checkout', 'control')
  const limit: number = useFlag('limit', 3)
  const either: boolean | number = useFlag(any, 3)
  const teaser = useFlag('teaser', { title: '', size: 3, tags: [null], rows: [{ n: 1 }] })
  const size: 'small' | 'large' | 3 | null = teaser.size
  const href: string | undefined = teaser['link-to']?.href
  const first: number | undefined = teaser.rows?.[0]?.n
  // @ts-expect-error an unknown key does not compile
  useFlag('chekout', 'control')
  // @ts-expect-error nor does a text that may be any
  useFlag(String(banner), false)
  // @ts-expect-error the fallback is one of the values
  useFlag('checkout', 'contrl')
  // @ts-expect-error the value has the flag's type
  const wrong: string = useFlag('limit', 3)
  // @ts-expect-error a required property is missing
  useFlag('teaser', { title: '' })
  // @ts-expect-error values are not to be changed
  teaser.title = 'x'
  // @ts-expect-error the values are known, this is none
  if (text === 'old') return null
  const { variant, value } = useExperiment('checkout')
  if (variant === 'new') return <p>{value}</p>
  // @ts-expect-error the variants are known, this is none
  if (variant === 'nwe') return null
  // @ts-expect-error an unknown key does not compile
  useExperiment('chekout')
  return <p>{[banner, text, limit, either, size, href, first, wrong].join()}</p>
}

export function useTyped<Key extends FlagKey>(key: Key, fallback: FlagValue<Key>): FlagValue<Key> {
  return useFlag(key, fallback)
}
