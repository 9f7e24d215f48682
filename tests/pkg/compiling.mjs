// One way to ask a TypeScript compiler about files of a project that uses the package.

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './support.mjs'

const run = promisify(execFile)

const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  jsx: 'react-jsx',
}

/** What the compiler has to say; nothing when all is well. `name` is the project's, `tsc` another compiler than ours. */
export async function complaints(project, name, compilerOptions, files, tsc = join(root, 'node_modules/typescript/bin/tsc')) {
  const config = join(project, `${name}.json`)
  await writeFile(config, JSON.stringify({ compilerOptions: { ...STRICT, ...compilerOptions }, files }))
  const { stdout } = await run(process.execPath, [tsc, '-p', config]).catch(error => error)
  return stdout.replaceAll(project, '')
}
