// The table of commands. A new one is a file in `commands/` and a line here; each is loaded only when it is called.

import type { Command } from './command.ts'

export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).default,
  check: async () => (await import('./commands/check.ts')).default,
  compile: async () => (await import('./commands/compile.ts')).default,
  decide: async () => (await import('./commands/decide.ts')).default,
  explain: async () => (await import('./commands/explain.ts')).default,
  diff: async () => (await import('./commands/diff.ts')).default,
  publish: async () => (await import('./commands/publish.ts')).default,
  plan: async () => (await import('./commands/plan.ts')).default,
  analyze: async () => (await import('./commands/analyze.ts')).default,
  simulate: async () => (await import('./commands/simulate.ts')).default,
  types: async () => (await import('./commands/types.ts')).default,
  references: async () => (await import('./commands/references.ts')).default,
  export: async () => (await import('./commands/export.ts')).default,
  replay: async () => (await import('./commands/replay.ts')).default,
  reshard: async () => (await import('./commands/reshard.ts')).default,
}
