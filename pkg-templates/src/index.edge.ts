// Next.js edge runtime: `?module` is how its bundlers hand over a compiled module.
import module from '../engine_bg.wasm?module'
import { provide, seat } from './engine/seat.ts'

provide(() => module)

export * from './api.ts'
export { seat as initSync }
export async function init(): Promise<void> {
  seat()
}
