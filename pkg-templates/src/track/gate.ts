// Whether events may be sent at all. Until that is known they wait in memory and touch neither network nor disk.

/** `pending`: not asked yet, events wait. `denied`: events are dropped and counted. */
export type Consent = 'granted' | 'pending' | 'denied'

// Crawlers that run scripts. Their visits are no visitors; a list of names finds the ones that say who they are.
const BOTS = /bot\b|crawl|spider|slurp|lighthouse|pagespeed|mediapartners|facebookexternalhit|ia_archiver/i

/** What this device says before anyone asks: Global Privacy Control is a no, unless the person said yes to this site. */
export function consentOf(asked: Consent | undefined): Consent {
  const { globalPrivacyControl } = (globalThis.navigator ?? {}) as { globalPrivacyControl?: boolean }
  return asked ?? (globalPrivacyControl === true ? 'denied' : 'granted')
}

export function isBot(): boolean {
  return typeof document !== 'undefined' && BOTS.test(globalThis.navigator?.userAgent ?? '')
}

/** Whether the page is being made ready for a visit that may never come; `started` is called when it does. */
export function prerendering(started: () => void): boolean {
  if (typeof document === 'undefined' || (document as { prerendering?: boolean }).prerendering !== true) return false
  document.addEventListener('prerenderingchange', started, { once: true })
  return true
}
