// The npm package's declarations under older compilers than ours, the oldest supported first.   npm run prove -- types [version …]

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { everyEntry } from '../../tests/pkg/types.mjs'
import { unpack } from '../build/pkg.mjs'
import { run as command } from '../lib/run.mjs'
import { root } from '../setup.mjs'

export const needs = ['pkg']

/** `export type *` and `const` type parameters came with 5.0. */
const OLDEST = ['5.0.4', '5.4.5', '5.9.3']

export async function run(versions) {
  const home = await mkdtemp(join(tmpdir(), 'isoflag-types-'))
  try {
    const modules = join(home, 'project/node_modules')
    await unpack(join(root, 'build/isoflag.tgz'), join(modules, 'isoflag'))
    await mkdir(join(modules, '@types'))
    for (const name of ['@types/node', '@types/react', 'undici-types', 'csstype']) await symlink(join(root, 'node_modules', name), join(modules, name), 'junction')
    await writeFile(join(home, 'project/package.json'), '{ "type": "module" }')
    let wrong = 0
    for (const version of versions.length > 0 ? versions : OLDEST) {
      const compiler = join(home, version)
      const packed = await command('npm', ['pack', `typescript@${version}`, '--silent', '--pack-destination', home], { cwd: home })
      await unpack(join(home, packed.trim()), compiler)
      const found = await everyEntry(join(home, 'project'), join(compiler, 'bin/tsc'))
      console.log(`TypeScript ${version}: ${Object.keys(found).length === 0 ? 'nothing to say' : JSON.stringify(found, null, 2)}`)
      wrong += Object.keys(found).length
    }
    if (wrong > 0) throw new Error('the declarations do not hold under every compiler')
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
