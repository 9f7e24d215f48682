// Written by `isoflag types` from the datafile: do not edit, write it again.

import type { Json } from 'isoflag'

declare module 'isoflag' {
  interface Register {
    flags: {
      /**
       * One screen instead of three. /* not closed: *\/ it's "new"
       * Owner: growth
       */
      'checkout': {
        value: 'control' | 'it\'s "new"\n`ok`'
        variant: 'control' | 'new'
      }
      'banner': {
        value: boolean
        variant: 'on' | 'off'
      }
      /**
       * Uploads
       * per day
       */
      'limit': {
        value: number
        variant: 'low' | 'high'
      }
      'free': {
        value: Json
        variant: 'a' | 'none'
      }
      'teaser': {
        value: {
          /** Above the fold */
          readonly title: string
          readonly size: 'small' | 'large' | 3 | null
          readonly tags?: readonly (string | null)[]
          readonly 'link-to'?: {
            readonly href?: string
          }
          readonly rows?: readonly {
            readonly n: number
          }[]
        }
        variant: 'on'
      }
      'größe-📏': {
        value: boolean
        variant: 'on'
      }
    }
  }
}
