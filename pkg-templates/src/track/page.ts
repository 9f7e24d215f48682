// The life of a page, as far as events care: it hides, leaves, comes back from the back/forward cache, loses its network.

export interface PageEvents {
  /** It may be gone for good. */
  leave(): void
  comeBack(): void
  online(): void
}

/** Listens until the returned function is called; nothing where there is no page. */
export function watchPage({ leave, comeBack, online }: PageEvents): () => void {
  if (typeof document === 'undefined') return () => undefined
  const turned = (): void => (document.visibilityState === 'hidden' ? leave() : comeBack())
  document.addEventListener('visibilitychange', turned)
  const window = { pagehide: leave, pageshow: comeBack, online } as const
  for (const [name, heard] of Object.entries(window)) addEventListener(name, heard)
  return () => {
    document.removeEventListener('visibilitychange', turned)
    for (const [name, heard] of Object.entries(window)) removeEventListener(name, heard)
  }
}
