// The packed package's program, run as a person runs it: a process of its own, its streams, its exit code.

import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { install } from '../pkg/support.mjs'

export { root } from '../pkg/support.mjs'

/** Installs the package in a fresh project and gives a way to run its program there. */
export async function installCli() {
  const { project, dir, require } = await install()
  const bin = join(dir, require('isoflag/package.json').bin.isoflag)
  /** Runs `isoflag …args`; `input` is what standard input holds, text or pieces of it. */
  const isoflag = (args, { input = '', env = {}, cwd = project } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [bin, ...args], { cwd, env: { PATH: process.env.PATH, ...env } })
      const out = []
      const err = []
      child.stdout.on('data', chunk => out.push(chunk))
      child.stderr.on('data', chunk => err.push(chunk))
      child.on('error', reject)
      child.on('close', code =>
        resolve({ code, bytes: Buffer.concat(out), out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
      )
      child.stdin.on('error', () => {})
      child.stdin.end(input)
    })
  /** Writes files of the project; objects as JSON. */
  const put = async files => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(project, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content, null, 2))
    }
  }
  return { project, dir, bin, isoflag, put, require }
}

/** A datafile with an experiment, a rollout, and a flag for each type. */
export const datafile = {
  version: 1,
  attributes: { visitorId: 'string', country: 'string', staff: 'boolean' },
  flags: {
    checkout: {
      type: 'string',
      variants: { control: 'control', new: 'new' },
      off: 'control',
      rules: [
        { name: 'staff', if: { attribute: 'staff', equals: true }, variant: 'new' },
        {
          split: {
            unit: 'visitorId',
            control: 'control',
            arms: [
              { variant: 'control', weight: 50 },
              { variant: 'new', weight: 50 },
            ],
          },
        },
      ],
    },
    banner: {
      type: 'boolean',
      variants: { on: true, off: false },
      off: 'off',
      rules: [
        { if: { attribute: 'country', in: ['DE', 'AT'] }, variant: 'on' },
        { split: { unit: 'visitorId', gate: 25, arms: [{ variant: 'on', weight: 100 }] } },
      ],
    },
    limit: {
      type: 'number',
      variants: { low: 10, high: 99.5 },
      off: 'low',
      rules: [{ if: { attribute: 'staff', equals: true }, variant: 'high' }],
    },
    killed: { type: 'boolean', enabled: false, variants: { on: true, off: false }, off: 'off' },
  },
}
