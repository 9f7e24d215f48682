// Node, and every bundler that knows nothing better: the bytes travel inside the JavaScript, so there is no file to find.
import base64 from 'engine:base64'
import { provide, seat } from './engine/seat.ts'

// `globalThis.Buffer`: a bare `Buffer` makes bundlers ship a polyfill of 22 kB to browsers.
const bytes = (): BufferSource =>
  globalThis.Buffer?.from(base64, 'base64') ?? Uint8Array.from(atob(base64), char => char.charCodeAt(0))

provide(() => new WebAssembly.Module(bytes()))

export * from './api.ts'
export { seat as initSync }
export async function init(): Promise<void> {
  seat()
}
