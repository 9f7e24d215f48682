// The same work in Node and in workerd, and what it leaves in memory.

import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ENGINE } from './hosts.mjs'
import { serveWorkerd } from './serve.mjs'

/** Answers `{ held, rounds: [{ linear, heap }] }` in bytes for `work`, `{ programs, decisions, swaps, rounds }`. */
export function measureInNode(work) {
  return new Promise((done, failed) => {
    const child = fork(fileURLToPath(new URL('memory-node.mjs', import.meta.url)), { execArgv: ['--expose-gc'], serialization: 'advanced' })
    child.once('exit', code => failed(new Error(`the measured process ended with ${code}`)))
    child.once('message', measured => {
      done(measured)
      child.kill()
    })
    child.send(work)
  })
}

/** The same; `heap` is what the whole process holds, where the system tells. */
export async function measureInWorkerd({ programs, decisions, swaps, rounds }) {
  const served = await serveWorkerd({ entry: 'hosts/memory-workerd.mjs', wasm: ENGINE })
  const ask = async body => {
    const response = await fetch(served.url, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${(await response.text()).slice(0, 400)}`)
    return response.json()
  }
  try {
    const sent = programs.map(program => Buffer.from(program).toString('base64'))
    const { linear: held } = await ask({ programs: sent, decisions: 1, swaps: 1 })
    const measured = []
    for (let at = 0; at < rounds; at++) {
      const { linear } = await ask({ decisions: decisions / rounds, swaps: swaps / rounds })
      measured.push({ linear, heap: await resident(served.pid) })
    }
    return { held, rounds: measured }
  } finally {
    await served.close()
  }
}

/** The resident memory of a process, in bytes; null where there is no /proc. */
async function resident(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const found = /VmRSS:\s*(\d+) kB/.exec(status)
  return found ? Number(found[1]) * 1024 : null
}
