// node cold-child.mjs <peer> <import|full> <config>: imports an SDK (loads 50 flags, decides one), and prints what that took, in
// milliseconds. The process times itself, from the moment before the import: what Node takes to start is many times as much, and varies
// by more than there is to compare.
import { readFileSync } from 'node:fs'
import { peers } from './peers.mjs'
import { makeSpec, HOT } from './spec.mjs'
const [, , name, mode, path] = process.argv,
  log = console.log
console.log = console.warn = console.info = console.error = () => {}
const p = peers[name],
  spec = makeSpec(50),
  served = mode === 'full' && readFileSync(path, p.prepare ? undefined : 'utf8'),
  one = ['3f2b6c1e-9a4d-4e7b-8c21-5d0f9b7a6e13'],
  U = { id: one, plan: ['pro'], country: ['US'], signup: ['2024-03-12T08:30:00.000Z'], app: ['4.2.1'], email: ['u@example.com'] }
const now = () => performance.now()
now()
const before = process.cpuUsage(),
  marks = [now()]
const sdk = await p.imp()
marks.push(now())
let ok = true
if (mode === 'full') {
  const e = await p.load(sdk, served, spec, path)
  marks.push(now())
  ok = ['a', 'b', 'c'].includes(await e.get.exp(HOT.exp, e.user(U, 0)))
  marks.push(now())
}
const { user, system } = process.cpuUsage(before)
const parts = marks.slice(1).map((mark, i) => mark - marks[i])
log(JSON.stringify({ ok, cpu: (user + system) / 1000, wall: marks.at(-1) - marks[0], parts }))
process.exit(0)
