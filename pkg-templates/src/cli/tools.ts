// The compiler, Rust as wasm; its glue and its bytes lie beside the bundled commands. Loaded by those commands alone that need it.

import { createRequire } from 'node:module'
import type * as Tools from '../../../build/tools/tools.d.ts'

export type { Compiled, CompileOptions, Constant, ContextsDiff, Diff, Experiment, Explanation, FlagDiff, Problem, TestSeen } from '../../../build/tools/tools.d.ts'

let loaded: typeof Tools | undefined

export function tools(): typeof Tools {
  loaded ??= createRequire(import.meta.url)('./tools.cjs') as typeof Tools
  return loaded
}
