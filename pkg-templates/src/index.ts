/**
 * isoflag decides flags with one engine, compiled once to WebAssembly, wherever your code runs. This file is the common
 * face of the entry points; which one is taken is decided by the export conditions of `package.json`.
 *
 * `await init()` works everywhere. On servers it is not needed: the engine is compiled synchronously at first use. In
 * browsers it fetches the engine once; deciding afterwards is synchronous.
 *
 * It deliberately sends nothing: a decision carries the exposure it would cause, and `isoflag/track` sends it when the
 * variant is really shown.
 */

import type { InitInput } from './types.ts'

export * from './api.ts'
// By star, not by name: an alias could not be added to from outside.
export type * from './register.ts'

/** Makes the engine ready. `input` says where to get it, when the default place is not reachable. */
export declare function init(input?: InitInput): Promise<void>

/** Makes the engine ready at once; browsers need `module` (bytes or a compiled module). */
export declare function initSync(module?: object): void
