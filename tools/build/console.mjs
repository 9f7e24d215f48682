// Builds the console into build/console: static files the worker serves as they are.
import { join } from 'node:path'

/** `log` is told one line when it is done. Warnings of the bundler go to stderr; nothing else is printed. */
export async function buildConsole({ root, log = () => {} }) {
  // Imported here, so that a script which only mentions the console does not pay for a bundler.
  const { build } = await import('vite')
  const www = join(root, 'www')
  await build({ root: www, configFile: join(www, 'vite.config.ts'), logLevel: 'warn' })
  log('console: build/console')
}
