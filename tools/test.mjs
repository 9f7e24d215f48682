// npm test: everything, in a fresh clone too. Ends with `N passed, N failed, N skipped` and with code 1 on any failure.
//   npm test                 all suites
//   npm test -- rust hosts   only those suites

import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from './build.mjs'
import { fail } from './lib/run.mjs'
import { root, setup } from './setup.mjs'

/** Suites in order: what they run, and what must be built before. */
const SUITES = [
  { name: 'arrows', node: 'tests/arrows' },
  { name: 'oracle', node: 'tests/oracle' },
  { name: 'rust', cargo: ['test', '--locked', '--no-fail-fast'] },
  { name: 'schema', node: 'tests/schema', cargoBefore: ['build', '--locked', '-p', 'isoflag-tests', '--bins'] },
  { name: 'hosts', node: 'tests/hosts', needs: ['tools', 'pkg'], cargoBefore: ['build', '--locked', '-p', 'isoflag-tests', '--bins'] },
  { name: 'stats', node: 'tests/stats', needs: ['stats', 'report'], cargoBefore: ['build', '--locked', '-p', 'isoflag-tests', '--bin', 'answer-stats'] },
  { name: 'pkg', node: 'tests/pkg', needs: ['tools', 'pkg'] },
  { name: 'cli', node: 'tests/cli', needs: ['tools', 'pkg', 'worker'] },
  { name: 'worker', node: 'tests/worker', needs: ['engine', 'worker', 'tools', 'stats'] },
  { name: 'sinks', node: 'tests/sinks', needs: ['worker', 'tools', 'pkg'] },
  { name: 'console', node: 'tests/console', needs: ['console'] },
  { name: 'e2e', node: 'tests/e2e', needs: ['worker', 'console', 'shop', 'tools'] },
]

const total = { passed: 0, failed: 0, skipped: 0 }

/** Runs a command with its output shown, counts its results, and answers whether it ended well. */
function suite(command, args, count) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NO_COLOR: '1' } })
    let line = ''
    child.stdout.on('data', chunk => {
      process.stdout.write(chunk)
      line += chunk
      const lines = line.split('\n')
      line = lines.pop()
      lines.forEach(count)
    })
    child.on('error', failed)
    child.on('close', code => done(code === 0))
  })
}

function countCargo(line) {
  const found = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/.exec(line)
  if (found) add(Number(found[1]), Number(found[2]), Number(found[3]))
}

function countNode(line) {
  const found = /^# (pass|fail|cancelled|skipped|todo) (\d+)/.exec(line)
  if (!found) return
  const number = Number(found[2])
  if (found[1] === 'pass') add(number, 0, 0)
  else if (found[1] === 'fail' || found[1] === 'cancelled') add(0, number, 0)
  else add(0, 0, number)
}

function add(passed, failed, skipped) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

async function main() {
  const names = process.argv.slice(2)
  const unknown = names.filter(name => !SUITES.some(suite => suite.name === name))
  if (unknown.length) throw new Error(`no suite is called ${unknown.join(', ')}, choose from ${SUITES.map(({ name }) => name).join(', ')}`)
  await setup()
  const times = []
  for (const { name, cargo, node, needs = [], cargoBefore } of SUITES) {
    if (names.length && !names.includes(name)) continue
    const from = Date.now()
    console.log(`\n== ${name} ==`)
    const before = { ...total }
    try {
      await build(needs)
      if (cargoBefore && !(await suite('cargo', cargoBefore, () => {}))) throw new Error(`cargo ${cargoBefore.join(' ')} failed`)
      const ok = cargo ? await suite('cargo', cargo, countCargo) : await suite(process.execPath, await nodeArguments(node), countNode)
      const ran = total.passed - before.passed + (total.failed - before.failed) + (total.skipped - before.skipped)
      // A suite that fails to build, crashes or runs nothing prints no failed test: it is one.
      if ((!ok && total.failed === before.failed) || ran === 0) {
        console.error(`isoflag: the suite ${name} ${ran === 0 ? 'ran no test' : 'failed outside of its tests'}`)
        add(0, 1, 0)
      }
    } catch (error) {
      if (error.output) console.error(error.output.split('\n').slice(-60).join('\n'))
      console.error(`isoflag: the suite ${name} could not run: ${error.message}`)
      add(0, 1, 0)
    }
    times.push(`${name} ${((Date.now() - from) / 1000).toFixed(0)} s`)
  }
  console.log(`\n${times.join(', ')}`)
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  process.exitCode = total.failed ? 1 : 0
}

async function nodeArguments(folder) {
  const files = (await readdir(join(root, folder))).filter(file => file.endsWith('.test.mjs')).sort()
  // Without a file node would look for tests everywhere, and find this one.
  if (files.length === 0) throw new Error(`${folder} has no file that ends in .test.mjs`)
  return ['--test', '--test-reporter=tap', '--test-concurrency=1', ...files.map(file => join(folder, file))]
}

main().catch(fail)
