// `isoflag references` over a code base that makes it hard. Each line of `code/` says in a comment what is found on it, and
// what no comment names must not be found.

import assert from 'node:assert/strict'
import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { installCli, root } from './support.mjs'

const { project, isoflag, put } = await installCli()
const code = join(project, 'code')
before(() => cp(fileURLToPath(new URL('code', import.meta.url)), code, { recursive: true }))

const references = (args, options) => isoflag(['references', ...args], { cwd: code, ...options })

/** What the comments of a file say: `// reads a, reads b, dynamic`. */
async function expected() {
  const found = []
  for (const name of await readdir(code, { recursive: true })) {
    if (!/\.([cm]?[jt]sx?|vue|svelte|astro)$/.test(name)) continue
    const lines = (await readFile(join(code, name), 'utf8')).split('\n')
    lines.forEach((line, i) => {
      const comment =
        /(?:\/\/|\/\*) ((?:(?:reads|lists|unknown) [\w-]+|dynamic)(?:, (?:(?:reads|lists|unknown) [\w-]+|dynamic))*)(?: \*\/\})?$/.exec(
          line,
        )
      for (const word of comment?.[1].split(', ') ?? []) found.push(`${name}:${i + 1} ${word}`)
    })
  }
  return found.sort()
}

test('finds on every line what the line says, and nothing else', async () => {
  const { code: exit, out, err } = await references(['--json'])
  assert.deepEqual([exit, err], [1, ''])
  const { uses, unknown, dynamic } = JSON.parse(out)
  const found = new Set([
    ...uses.map(({ file, line, flag, kind }) => `${file}:${line} ${kind === 'list' ? 'lists' : 'reads'} ${flag}`),
    ...unknown.map(({ file, line, flag }) => `${file}:${line} unknown ${flag}`),
    ...dynamic.map(({ file, line }) => `${file}:${line} dynamic`),
  ])
  assert.deepEqual([...found].sort(), await expected())
  assert.ok(found.size > 80)
})

test('flags that nothing reads are stale; those whose key stands somewhere are told apart', async () => {
  const { stale, unread, files } = JSON.parse((await references(['--json'])).out)
  assert.deepEqual(
    stale.map(({ flag, why, owner, mentions }) => [flag, why, owner, ...mentions.map(({ file, line }) => `${file}:${line}`)]),
    [
      ['never-read', 'unused', 'growth'],
      ['only-mentioned', 'mentioned', null, 'src/not-a-use.ts:3'],
      ['only-listed', 'mentioned', null, 'src/server.ts:5'],
      ['in-template', 'mentioned', null, 'src/app/Panel.vue:7'],
    ],
  )
  assert.deepEqual(
    unread.map(({ path }) => path),
    ['src/broken.ts'],
  )
  assert.ok(files.parsed < files.seen, 'what cannot matter is not parsed')
})

test('one flag, as a person sees it', async () => {
  const { code: exit, out, err } = await references(['--flag', 'limit', 'src/server.ts', 'src/wrapped.ts', 'src/lib'])
  assert.deepEqual([exit, err], [0, ''])
  assert.equal(
    out,
    `limit  4 uses
  src/server.ts:11:9    getFlag('limit', req, 1)
  src/server.ts:20:32   ready.decide('limit', {})
  src/server.ts:22:3    program.values({})['limit']
  src/wrapped.ts:23:12  this.#later.program()?.decide('limit', {})

keys that could not be followed
  src/server.ts:36:3    the key is handed in, and nothing here hands one in  req.isoflag.get(req.query.flag, false)
  src/wrapped.ts:11:63  the key is handed in, and nothing here hands one in  useBoolean(first)
  src/wrapped.ts:11:82  the key is handed in, and nothing here hands one in  useBoolean(second)
  src/wrapped.ts:12:87  the key is handed in, and nothing here hands one in  useFlag(flag, fallback)
  src/wrapped.ts:26:12  the key is handed in, and nothing here hands one in  program.decide(key, {})
  src/wrapped.ts:30:31  the key is handed in, and nothing here hands one in  this.get(\`\${name}\`)
  src/wrapped.ts:34:17  the key is handed in, and nothing here hands one in  client.program()?.decide(this.key, {})
  src/wrapped.ts:40:28  the key is handed in, and nothing here hands one in  inner.program()?.decide(key, {})
  src/wrapped.ts:43:52  the key is not a constant                            decided[String(Math.random())]

5 of 9 flags read in 4 files, 24 uses
`,
  )
})

test('exit codes: what fails is said by --fail-on', async () => {
  const exit = async (...args) => (await references(args)).code
  assert.equal(await exit('--fail-on', 'none'), 0)
  assert.equal(await exit('--fail-on', 'expired,constant'), 0)
  assert.equal(await exit('--fail-on', 'unused'), 1)
  assert.equal(await exit('src/lib', '--fail-on', 'dynamic'), 0)
  assert.equal(await exit('src/dynamic.ts', '--fail-on', 'unread,dynamic'), 1)
  assert.equal(await exit('src/broken.ts', '--fail-on', 'unread'), 1)
  const { code: wrong, err } = await references(['--fail-on', 'dynamc'])
  assert.equal(wrong, 2)
  assert.match(err, /`dynamc` is no kind of finding, did you mean `dynamic`\?\nthe kinds are unknown, unused/)
})

test('a flag, a folder that is not there', async () => {
  const flag = await references(['-f', 'chekout'])
  assert.deepEqual([flag.code, flag.err], [2, 'isoflag references: `datafile.json` has no flag `chekout`, did you mean `checkout`?\n'])
  const folder = await references(['nowhere'])
  assert.equal(folder.code, 2)
  assert.match(folder.err, /cannot read `.*nowhere`: there is no such file/)
})

test('--ignore leaves files out', async () => {
  const files = async (...args) => new Set(JSON.parse((await references(['--json', ...args])).out).uses.map(({ file }) => file))
  const all = await files()
  assert.ok(all.has('src/server.ts') && all.has('src/app/Panel.vue'))
  const less = await files('--ignore', 'server.ts', '--ignore', 'src/app/**', '--ignore', '**/{constants,direct}.tsx')
  assert.deepEqual([...all].filter(file => !less.has(file)).sort(), [
    'src/app/Panel.svelte',
    'src/app/Panel.vue',
    'src/app/page.astro',
    'src/constants.tsx',
    'src/direct.tsx',
    'src/server.ts',
  ])
})

test('flags that are the same for everybody', async () => {
  const flag = (rules, more) => ({ type: 'boolean', variants: { on: true, off: false }, off: 'off', ...more, rules })
  const split = (gate, ...arms) => [{ split: { unit: 'visitorId', gate, arms: arms.map(variant => ({ variant })) } }]
  const flags = {
    banner: flag([{ variant: 'on' }]),
    limit: flag(split(100, 'on')),
    'theme-dark': flag(split(99, 'on')),
    'search-v2': flag(split(100, 'on', 'off')),
    checkout: flag(split(100, 'on'), { enabled: false }),
  }
  await put({ 'code/constant.json': { version: 1, attributes: { visitorId: 'string' }, flags } })
  const { code: exit, out } = await references(['-d', 'constant.json', '--json', '--fail-on', 'constant'])
  const found = JSON.parse(out).stale.filter(({ why }) => why === 'constant')
  assert.deepEqual(
    [exit, ...found.map(({ flag, what }) => [flag, what])],
    [1, ['banner', 'everybody gets `on`'], ['limit', 'everybody with `visitorId` gets `on`'], ['checkout', 'everybody gets `off`']],
  )
})

test('a flag that differs in one environment is no dead code', async () => {
  const flag = environments => ({ type: 'boolean', variants: { on: true, off: false }, off: 'off', environments })
  const flags = { banner: flag({ staging: { default: 'on' } }), limit: flag({ staging: { rules: [{ if: { attribute: 'visitorId', equals: 'v-1' }, variant: 'on' }] } }), checkout: flag({}) }
  await put({ 'code/environments.json': { version: 1, environments: ['staging', 'production'], attributes: { visitorId: 'string' }, flags } })
  const constants = async (...args) => {
    const { out } = await references(['-d', 'environments.json', '--json', ...args])
    return JSON.parse(out).stale.flatMap(({ flag, why, what }) => (why === 'constant' ? [`${flag} ${what}`] : []))
  }
  assert.deepEqual(await constants(), ['checkout everybody gets `off`'])
  assert.deepEqual(await constants('-e', 'production'), ['banner everybody gets `off`', 'limit everybody gets `off`', 'checkout everybody gets `off`'])
  assert.deepEqual(await constants('-e', 'staging'), ['banner everybody gets `on`', 'checkout everybody gets `off`'])
})

test('expired flags, unless they are meant to stay', async () => {
  const { flags } = JSON.parse(await readFile(join(code, 'datafile.json'), 'utf8'))
  const dated = { version: 1, attributes: { visitorId: 'string' }, flags: { banner: { ...flags.banner, expires: '2026-03-01', owner: 'shop' }, limit: { ...flags.limit, expires: '2026-03-01', tags: ['permanent'] } } }
  await put({ 'code/dated.json': dated })
  const stale = async now => JSON.parse((await references(['-d', 'dated.json', '--json', '--now', now])).out).stale.map(({ flag, why, what }) => [flag, why, what])
  assert.deepEqual(await stale('2026-02-28T23:59:59.999Z'), [])
  assert.deepEqual(await stale('2026-03-01'), [['banner', 'expired', 'it expired on 2026-03-01']])
  assert.match((await references(['--now', 'tomorrow'])).err, /`--now tomorrow` is no time\nwrite 2026-11-24, /)
})

test('what git ignores is not looked at', async () => {
  const { execFileSync } = await import('node:child_process')
  await put({ 'repo/datafile.json': await readFile(join(code, 'datafile.json'), 'utf8'), 'repo/.gitignore': 'made\n' })
  const use = `import { useFlag } from 'isoflag/react'\nuseFlag('banner', false)\n`
  await put({ 'repo/made/a.ts': use, 'repo/kept/b.ts': use, 'repo/kept/node_modules/x/c.ts': use })
  const cwd = join(project, 'repo')
  execFileSync('git', ['init', '-q'], { cwd })
  assert.deepEqual(
    JSON.parse((await isoflag(['references', '--json'], { cwd })).out).uses.map(({ file }) => file),
    ['kept/b.ts'],
  )
  await rm(join(cwd, '.git'), { recursive: true })
})

test('the example shop reads every flag it has, and no other', async () => {
  const shop = await isoflag(['references', '-d', 'flags/datafile.json', '--json'], { cwd: join(root, 'tests/shop') })
  assert.deepEqual([shop.code, shop.err], [0, ''])
  const { uses, stale, unread } = JSON.parse(shop.out)
  assert.deepEqual([...new Set(uses.map(({ flag }) => flag))].sort(), ['checkout-redesign', 'free-shipping-banner', 'pricing-layout'])
  assert.deepEqual([stale, unread], [[], []])
})
