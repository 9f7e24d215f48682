// Whether the declarations stand alone: a server has no types of browsers, a browser none of Node, a worker neither.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { complaints } from './compiling.mjs'

const ALONE = ['isoflag', 'isoflag/inline', 'isoflag/values', 'isoflag/react', 'isoflag/track']
/** Entries that need the types of what they are for. */
const WITH_NODE = ['isoflag/node']

const WORLDS = {
  neither: { lib: ['es2022'], types: [] },
  browser: { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
  node: { lib: ['es2022'], types: ['node'] },
  both: { lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'] },
}

/**
 * World and way of resolving → what the compiler has to say, where it has anything to say of the package. Declarations are
 * looked into as well: `skipLibCheck` would hide what is missing in them.
 */
export async function everyEntry(project, tsc) {
  const found = {}
  for (const [world, options] of Object.entries(WORLDS)) {
    const entries = options.types.includes('node') ? [...ALONE, ...WITH_NODE] : ALONE
    for (const [way, module, moduleResolution] of [['import', 'esnext', 'bundler'], ['import', 'nodenext', 'nodenext'], ['require', 'nodenext', 'nodenext']]) {
      const files = entries.map(entry => `entry-${entry.replace('/', '-')}.${way === 'import' ? 'ts' : 'cts'}`)
      for (const [i, entry] of entries.entries()) {
        const text = way === 'import' ? `export * from '${entry}'` : `import entry = require('${entry}')\nexport = entry`
        await writeFile(join(project, files[i]), `${text}\n`)
      }
      const all = await complaints(project, 'alone', { ...options, module, moduleResolution, skipLibCheck: false }, files, tsc)
      // Of an old compiler and the newest types of Node there is more to say, and not ours.
      const ours = all.split('\n').filter(line => /isoflag\/|entry-/.test(line) && !line.includes('@types'))
      if (ours.length > 0) found[`${world}, ${way}, ${moduleResolution}`] = ours
    }
  }
  return found
}
