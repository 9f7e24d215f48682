// Two screens, in the part of the address after `#`: the worker serves one file and needs no rewrite rule.
//   #/                              the list
//   #/checkout-redesign?run=1a2b3c4d   a report; without `run`, of the newest run
import { useSyncExternalStore } from 'react'
import { takeKeyFromAddress } from './key'

export type Route = { readonly screen: 'list' } | { readonly screen: 'report'; readonly experiment: string; readonly run: string | null }

export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  if (path === '') return { screen: 'list' }
  try {
    return { screen: 'report', experiment: decodeURIComponent(path), run: new URLSearchParams(query).get('run') }
  } catch {
    return { screen: 'list' }
  }
}

export const LIST = '#/'

export function reportAddress(experiment: string, run?: string): string {
  return `#/${encodeURIComponent(experiment)}${run ? `?run=${encodeURIComponent(run)}` : ''}`
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.hash))
}

function subscribe(listener: () => void): () => void {
  const changed = (): void => {
    takeKeyFromAddress()
    listener()
  }
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}
