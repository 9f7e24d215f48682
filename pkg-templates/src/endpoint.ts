/**
 * The address of one of the worker's routes. One that is unset or not whole is said here, where the name of the option is known:
 * `fetch` would say that it cannot parse something. In a page a path of the page's own site will do.
 */
export function endpointOf(url: string, path: string): string {
  if (!/^https?:\/\//i.test(url) && !(globalThis.location && url?.[0] === '/'))
    throw new TypeError(`\`url\` is ${url ? `\`${url}\`` : 'missing'}: write it in full, like \`https://flags.example.com\``)
  return url.replace(/\/+$/, '') + path
}
