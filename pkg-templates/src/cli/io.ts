// The world a command may touch: its streams, its folder, the clock. Handed in, so that nothing else reaches for them.

import { once } from 'node:events'
import process from 'node:process'
import type { Writable } from 'node:stream'
import { plain, type Style, styled } from './style.ts'

export interface Io {
  readonly cwd: string
  readonly now: () => number
  /** A variable of the environment. */
  readonly env: (name: string) => string | undefined
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean }
  /** Colours for standard output, or none. */
  readonly style: Style
  /** Results. Resolves when there is room for more, so that a slow reader holds a fast writer. */
  out(text: string | Uint8Array): Promise<void>
  /** Everything that is no result: what went wrong, what was done. */
  err(text: string): void
  /** Colours for standard error. */
  readonly errStyle: Style
  /** Whether somebody watches standard error. */
  readonly watched: boolean
}

/** The io of this process. A reader that goes away (`| head`) ends it quietly. */
export function processIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
  return {
    cwd: process.cwd(),
    now: Date.now,
    env: name => process.env[name],
    stdin: process.stdin,
    style: colours(process.stdout),
    errStyle: colours(process.stderr),
    watched: process.stderr.isTTY === true && process.env['TERM'] !== 'dumb',
    async out(text) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    },
    err(text) {
      process.stderr.write(text)
    },
  }
}

/** https://no-color.org: set and not empty means none. `FORCE_COLOR` is for CI, whose logs are no terminal and show colours. */
function colours(stream: Writable & { isTTY?: boolean }): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return plain
  if (FORCE_COLOR) return FORCE_COLOR === '0' ? plain : styled
  return stream.isTTY === true && TERM !== 'dumb' ? styled : plain
}
