import type { Io } from './io.ts'

const WIDTH = 40

/** A bar on standard error while something takes its time; nothing where nobody looks. */
export function progress(io: Io, total: number): { at(done: number): void; end(): void } {
  if (!io.watched) return { at: () => {}, end: () => {} }
  return {
    at(done) {
      const full = Math.floor((WIDTH * done) / total)
      io.err(`\r${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor((100 * done) / total)}%`)
    },
    end: () => io.err('\r\u001b[K'),
  }
}
