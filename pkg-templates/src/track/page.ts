// The life of a page, as far as events care: it hides, leaves, comes back from the back/forward cache, loses its network.

export interface PageEvents {
  /** It may be gone for good. */
  hide(): void
  show(): void
  /** It goes, to the back/forward cache or for good. */
  leave(): void
  /** It comes back from there. */
  comeBack(): void
  online(): void
}

/** Listens until the returned function is called; nothing where there is no page. */
export function watchPage({ hide, show, leave, comeBack, online }: PageEvents): () => void {
  if (typeof document === 'undefined') return () => undefined
  const turned = (): void => (document.visibilityState === 'hidden' ? hide() : show())
  // `pageshow` also ends the loading of a page that comes from nowhere.
  const pageshow = (event: Event): void => {
    if ((event as PageTransitionEvent).persisted) comeBack()
  }
  document.addEventListener('visibilitychange', turned)
  const window = { pagehide: leave, pageshow, online } as const
  for (const [name, heard] of Object.entries(window)) addEventListener(name, heard)
  return () => {
    document.removeEventListener('visibilitychange', turned)
    for (const [name, heard] of Object.entries(window)) removeEventListener(name, heard)
  }
}
