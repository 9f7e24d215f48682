// node cold-child.mjs <peer|none> <import|full> <config.json>: import SDK (+ load 50-flag config + first evaluation), print CPU and wall ms since process start
import { readFileSync } from 'node:fs'
import { peers } from './peers.mjs'
import { makeSpec, HOT } from './spec.mjs'
const [, , name, mode, path] = process.argv,
  log = console.log
console.log = console.warn = console.info = console.error = () => {}
let ok = true
if (name !== 'none') {
  const p = peers[name],
    sdk = await p.imp()
  if (mode === 'full') {
    const e = await p.load(sdk, readFileSync(path, p.prepare ? undefined : 'utf8'), makeSpec(50), path),
      one = ['3f2b6c1e-9a4d-4e7b-8c21-5d0f9b7a6e13']
    const U = { id: one, plan: ['pro'], country: ['US'], signup: ['2024-03-12T08:30:00.000Z'], app: ['4.2.1'], email: ['u@example.com'] }
    ok = ['a', 'b', 'c'].includes(await e.get.exp(HOT.exp, e.user(U, 0)))
  }
}
const c = process.cpuUsage()
log(JSON.stringify({ ok, cpu: (c.user + c.system) / 1000, wall: performance.now() }))
process.exit(0)
