import { flags, loose, nested, One, service, Special, FlagService, useBoth, useOption, useToggle } from './barrel'
import { useSwitch, useVariant } from '@acme/flags'
import { loadProgram } from 'isoflag'

export async function all(given: any) {
  useToggle('banner') // reads banner
  nested.useBoolean('search-v2') // reads search-v2
  useBoth('limit') // reads limit
  useBoth('limit', 'theme-dark') // reads limit, reads theme-dark
  useOption({ flag: 'checkout', fallback: true }) // reads checkout
  const options = { flag: 'theme-dark', fallback: false }
  useOption(options) // reads theme-dark
  await service.get('checkout') // reads checkout
  await new Special(given).special('limit') // reads limit
  FlagService.of(loadProgram(new Uint8Array()), 'banner') // reads banner
  new One('search-v2').value() // reads search-v2
  flags.isOn('banner') // reads banner
  loose(given, 'checkout') // reads checkout
  loose(given, 'not a flag of ours')
  useSwitch('theme-dark') // reads theme-dark
  useVariant('chekout') // unknown chekout
}
