/**
 * The header that carries a key. A key that cannot stand in a header is refused here: `fetch` would say it back in its error,
 * and errors are logged. None at all is for others to refuse, where it is used: apps are built where there are no keys.
 */
export function bearer(key: string): string {
  const text = key.trim()
  if (!/^[\x21-\x7e]*$/.test(text)) throw new TypeError('`key` cannot be sent: was it copied whole?')
  return `Bearer ${text}`
}
