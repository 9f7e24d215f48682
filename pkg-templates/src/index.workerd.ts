// Cloudflare Workers: wasm is uploaded as a module of its own; compiling bytes is forbidden there.
import module from '../engine_bg.wasm'
import { provide, seat } from './engine/seat.ts'

provide(() => module)

export * from './api.ts'
export { seat as initSync }
export async function init(): Promise<void> {
  seat()
}
