import { useExperiment, useFlag as flagOf } from 'isoflag/react'
import * as isoflag from 'isoflag/react'
import react from './lib/reexport'; import './direct.css'

export function Direct() {
  const a = flagOf('checkout', 'control') // reads checkout
  const b = isoflag.useFlag('banner', false) // reads banner
  const { useFlag } = isoflag
  const c = useFlag(`limit`, 1) // reads limit
  const d = isoflag['useExperiment']('checkout') // reads checkout
  const e = useExperiment<string>('serch-v2') // unknown serch-v2
  const f = (flagOf as typeof flagOf)!('theme-dark', false) // reads theme-dark
  const g = react.flag('banner', false) // reads banner
  return <p>{[a, b, c, d, e.variant, f, g, flagOf?.('search-v2', false)].join()}</p> // reads search-v2
}
