// The process that is measured in Node. Nothing but the package and the work is loaded.

import { watchMemory, work } from './memory-work.mjs'

const linear = watchMemory()
const isoflag = await import('../../build/pkg/dist/index.inline.js')

async function heap() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc()
    await new Promise(setImmediate)
  }
  return process.memoryUsage().heapUsed
}

process.once('message', async ({ programs, decisions, swaps, rounds }) => {
  const state = {}
  const before = await heap()
  work(isoflag, programs, { decisions: 1, swaps: 1 }, state)
  const held = linear() + (await heap()) - before
  const measured = []
  for (let at = 0; at < rounds; at++) {
    work(isoflag, programs, { decisions: decisions / rounds, swaps: swaps / rounds }, state)
    measured.push({ linear: linear(), heap: await heap() })
  }
  process.send({ held, rounds: measured })
})
