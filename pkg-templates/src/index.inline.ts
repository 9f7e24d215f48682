// Node, and every bundler that knows nothing better: the bytes travel inside the JavaScript, so there is no file to find.
import engine from 'engine:full'
import { inlined } from './engine/inline.ts'
import { provide, seat } from './engine/seat.ts'

provide(() => inlined(engine))

export * from './api.ts'
export { seat as initSync }
export async function init(): Promise<void> {
  seat()
}
