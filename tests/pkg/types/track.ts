import type { Decision } from 'isoflag'
import { createTracker, type TrackError } from 'isoflag/track'

declare const decision: Decision
const tracker = createTracker({
  url: 'https://x',
  key: 'k',
  units: { visitorId: 'v' },
  onError: (error: TrackError) => error.code === 'rejected' && error.event,
})
tracker.track('bought', { value: 59.9, items: ['a', { sku: null }] })
tracker.track('bought', {}, { units: { userId: 'u' }, at: 0 })
// @ts-expect-error a name is needed
tracker.track()
// @ts-expect-error a date is not JSON
tracker.track('bought', { when: new Date() })
// @ts-expect-error units are texts
tracker.track('bought', {}, { units: { userId: 1 } })
// @ts-expect-error there may be no exposure
tracker.expose(decision.exposure)
if (decision.exposure) tracker.expose(decision.exposure)
if (decision.exposure) tracker.expose({ ...decision.exposure, at: 0, userAgent: undefined })
// @ts-expect-error without a variant it is no exposure
tracker.expose({ experiment: 'x', run: '1', unitType: 'u', unit: 'v', program: '' })
// @ts-expect-error without the program that decided the worker cannot check it
tracker.expose({ experiment: 'x', run: '1', unitType: 'u', unit: 'v', variant: 'w' })

declare module 'isoflag/track' {
  interface Events {
    article_read: { readonly seconds: number; readonly topic?: string }
  }
}
tracker.track('page_view')
tracker.track('revenue', { value: 5, currency: 'EUR', coupon: null }, { units: { userId: 'u' }, experiments: { checkout: 'new' } })
tracker.track('article_read', { seconds: 5 })
// @ts-expect-error revenue has a value
tracker.track('revenue')
// @ts-expect-error a value is a number
tracker.track('revenue', { value: '5' })
// @ts-expect-error one's own events are checked as well
tracker.track('article_read', { second: 5 })
// @ts-expect-error there are three answers to the question of consent
tracker.setConsent('maybe')
const full: number | undefined = tracker.stats().dropped.queue_full
createTracker({ endpoint: '/api/events', consent: 'pending', waitUntil: promise => void promise, ...(full ? { maxQueue: full } : {}) })
const done: Promise<void> = tracker.flush()
void tracker.flush({ withinSeconds: 2 }).then(() => tracker.close({ withinSeconds: 0 }))
tracker.track('page_view', {}, { userAgent: undefined, consent: 'denied' })
// @ts-expect-error a time is a number
void tracker.close({ withinSeconds: '5' })
export { done }
