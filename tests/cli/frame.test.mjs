// What holds for every command: help, mistakes, exit codes, colours, pipes.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { access, constants, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { datafile, installCli } from './support.mjs'

const { project, dir, bin, isoflag, put } = await installCli()
before(() => put({ 'datafile.json': datafile, 'bad.json': { version: 1, flags: { x: { type: 'boolean', variants: {}, off: 'off' } } } }))

const { out: listing } = await isoflag(['--help'])
const names = [...listing.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name)

test('the list of commands names each with a line', () => {
  assert.deepEqual(names, ['init', 'check', 'compile', 'decide', 'explain', 'diff', 'publish', 'plan', 'analyze', 'simulate', 'types', 'references', 'export', 'replay', 'reshard'])
})

for (const name of names) {
  test(`${name} has a page with usage, options, exit codes and examples, on every way to it`, async () => {
    const pages = await Promise.all(
      [
        [name, '--help'],
        [name, '-h'],
        ['help', name],
      ].map(args => isoflag(args)),
    )
    for (const { code, out, err } of pages) {
      assert.deepEqual([code, err], [0, ''])
      assert.equal(out, pages[0].out)
    }
    for (const part of [`usage  isoflag ${name}`, '\noptions\n', '--json', '\nexit codes\n  0  fine', '\nexamples\n'])
      assert.ok(pages[0].out.includes(part), part)
    assert.ok(
      pages[0].out.split('\n').every(line => line.length <= 140),
      'fits a window',
    )
  })

  test(`${name} refuses an option it does not know, and offers the near one`, async () => {
    const { code, out, err } = await isoflag([name, '--jsn'])
    assert.deepEqual([code, out], [2, ''])
    assert.equal(
      err,
      `isoflag ${name}: \`--jsn\` is no option of \`isoflag ${name}\`, did you mean \`--json\`?\nsee \`isoflag ${name} --help\`\n`,
    )
  })
}

test('without a command the list goes to standard error, with code 2', async () => {
  assert.deepEqual(await isoflag([]).then(({ code, out, err }) => [code, out, err]), [2, '', listing])
})

test('an unknown command is told, with the near one', async () => {
  const { code, err } = await isoflag(['compil'])
  assert.equal(code, 2)
  assert.match(err, /^isoflag: `compil` is no command, did you mean `compile`\?\nthe commands are init, check, compile/)
  assert.match((await isoflag(['--json', 'check'])).err, /a command comes first, `--json` was found/)
  assert.match((await isoflag(['constructor'])).err, /`constructor` is no command\n/)
})

const MISTAKES = {
  'a value that was forgotten': [['check', '--datafile', '--json'], '`--datafile` needs a value: file, `--json` was found'],
  'a value that is not there': [['check', '--datafile'], '`--datafile` needs a value: file'],
  'a switch with a value': [['check', '--json=yes'], '`--json` is a switch and takes no value, `yes` was given'],
  'an option given twice': [['check', '-d', 'a', '-d', 'b'], '`-d` is given twice: `a` and `b`'],
  'one operand too many': [['check', 'a', 'b'], '`isoflag check` takes [datafile], `b` is one too many'],
  'two datafiles': [['check', '-d', 'a', 'b'], 'two datafiles are named, `a` and `b`'],
  'a file that is not there': [['check', 'no.json'], 'cannot read `no.json`: there is no such file'],
  'a folder': [['check', '.'], 'cannot read `.`: it is a folder'],
}
for (const [name, [args, message]] of Object.entries(MISTAKES)) {
  test(`${name} is a mistake in the call`, async () => {
    const { code, out, err } = await isoflag(args)
    assert.deepEqual([code, out], [2, ''])
    assert.equal(err.split('\n')[0], `isoflag check: ${message}`)
  })
}

test('no datafile anywhere: the usual places are named', async () => {
  const { code, err } = await isoflag(['check'], { cwd: dir })
  assert.equal(code, 2)
  assert.match(err, /no datafile: none is named and there is no `datafile.json`, `flags\/datafile.json`/)
})

test("the version is the package's", async () => {
  const { version } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'))
  assert.equal((await isoflag(['--version'])).out, `${version}\n`)
})

test('colours: none in a pipe, some when forced, none when NO_COLOR says so', async () => {
  const painted = text => text.includes('\u001b[')
  assert.equal(painted((await isoflag(['check'])).out), false)
  assert.equal(painted((await isoflag(['check'], { env: { FORCE_COLOR: '1' } })).out), true)
  assert.equal(painted((await isoflag(['check'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out), false)
})

test('a reader that goes away ends it quietly', async () => {
  const child = spawn(process.execPath, [bin, '--help'], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let err = ''
  child.stderr.on('data', chunk => (err += chunk))
  const code = await new Promise(resolve => child.on('close', resolve))
  assert.deepEqual([code, err], [0, ''])
})

test('the program can be run, and carries the licences of what it contains', async () => {
  const text = await readFile(bin, 'utf8')
  assert.match(text, /^#!\/usr\/bin\/env node\n/)
  assert.match(await readFile(join(dir, 'dist/cli/THIRD-PARTY.txt'), 'utf8'), /@babel\/parser 7[\s\S]+Permission is hereby granted/)
  await access(bin, constants.R_OK)
})

test('no entry of the library reaches for the command line', async () => {
  for (const name of ['index.inline.js', 'index.inline.cjs', 'react.js', 'next.js', 'track.js']) {
    assert.doesNotMatch(await readFile(join(dir, 'dist', name), 'utf8'), /\bcli\b|tools_bg/, name)
  }
})

test('the parser is not loaded before code is parsed', async () => {
  const { readdir } = await import('node:fs/promises')
  const folder = join(dir, 'dist/cli')
  const heavy = []
  for (const name of await readdir(folder)) if (name.endsWith('.js') && (await readFile(join(folder, name), 'utf8')).length > 100_000) heavy.push(name)
  assert.equal(heavy.length, 1)
  const [command] = (await readdir(folder)).filter(name => name.startsWith('references-'))
  assert.match(await readFile(join(folder, command), 'utf8'), new RegExp(`import\\("\\./${heavy[0]}"\\)`))
})
