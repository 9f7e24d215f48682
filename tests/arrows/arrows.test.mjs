// The rooms and the arrows between them: what a crate may depend on inside the workspace, held by cargo's own word.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'

const ARROWS = {
  written: [],
  engine: [],
  'engine-wasm': ['engine'],
  datafile: ['engine', 'written'],
  events: [],
  stats: [],
  methods: ['stats'],
  experiments: ['stats', 'written'],
  'tools-wasm': ['datafile'],
  'stats-wasm': ['experiments', 'methods'],
  'report-wasm': ['experiments'],
  worker: ['datafile', 'engine', 'events', 'experiments'],
  tests: ['datafile', 'engine', 'experiments', 'methods', 'stats'],
  bindgen: [],
}

const cwd = fileURLToPath(new URL('../..', import.meta.url))
const { packages } = JSON.parse(execFileSync('cargo', ['metadata', '--format-version=1', '--no-deps', '--locked'], { cwd, maxBuffer: 1 << 26 }))
const rooms = new Map(packages.map(({ name, dependencies, targets }) => [name.replace('isoflag-', ''), { dependencies, targets }]))

it('every room is known', () => {
  assert.deepEqual([...rooms.keys()].sort(), Object.keys(ARROWS).sort())
})

for (const [room, allowed] of Object.entries(ARROWS)) {
  it(`${room} depends on ${allowed.join(', ') || 'no room'}`, () => {
    const used = rooms.get(room).dependencies.filter(({ name, kind }) => kind !== 'dev' && name.startsWith('isoflag-'))
    const names = used.map(({ name }) => name.replace('isoflag-', ''))
    assert.deepEqual(names.filter(name => !allowed.includes(name)), [])
  })
}

it('the engine depends on siphasher alone', () => {
  const used = rooms.get('engine').dependencies.filter(({ kind }) => kind !== 'dev').map(({ name }) => name)
  assert.deepEqual(used, ['siphasher'])
})

it('a face is a cdylib only: an rlib beside it would cost it link-time optimisation', () => {
  for (const room of ['engine-wasm', 'tools-wasm', 'stats-wasm', 'report-wasm', 'worker']) {
    const library = rooms.get(room).targets.find(({ kind }) => kind.includes('cdylib'))
    assert.deepEqual(library?.crate_types, ['cdylib'], room)
  }
})
