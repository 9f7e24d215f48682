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
if (decision.exposure) tracker.expose({ ...decision.exposure, program: '' })
// @ts-expect-error without a variant it is no exposure
tracker.expose({ experiment: 'x', run: '1', unitType: 'u', unit: 'v' })
const done: Promise<void> = tracker.flush()
export { done }
