// Whether events may be sent at all. Until that is known they wait in memory and touch neither network nor disk.

/** `pending`: not asked yet, events wait. `denied`: events are dropped and counted. */
export type Consent = 'granted' | 'pending' | 'denied'

// Crawlers that run scripts. Their visits are no visitors; a list of names finds the ones that say who they are. The same
// as src/events/src/bot.rs; a maker of phones is called Cubot. (No look-behind: browsers of 2022 cannot read it.)
const BOTS = /(?:^|[^u]|[^c]u)bot\b|crawl|spider|slurp|lighthouse|pagespeed|mediapartners|facebookexternalhit|ia_archiver|bingpreview/i

/** What this device says before anyone asks: Global Privacy Control is a no, unless the person said yes to this site. */
export function consentOf(asked: Consent | undefined): Consent {
  const { globalPrivacyControl } = (globalThis.navigator ?? {}) as { globalPrivacyControl?: boolean }
  return asked ?? (globalPrivacyControl === true ? 'denied' : 'granted')
}

/** Whether a browser calls itself a crawler; by default the one this runs in. */
export function isBot(userAgent: string | undefined = typeof document === 'undefined' ? undefined : globalThis.navigator?.userAgent): boolean {
  return BOTS.test(userAgent ?? '')
}

/** Whether the page is being made ready for a visit that may never come; `started` is called when it does. */
export function prerendering(started: () => void): boolean {
  if (typeof document === 'undefined' || (document as { prerendering?: boolean }).prerendering !== true) return false
  document.addEventListener('prerenderingchange', started, { once: true })
  return true
}
