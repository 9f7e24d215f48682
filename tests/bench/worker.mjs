// Child process of bench.mjs: one peer, answers timed requests. node --expose-gc worker.mjs <peer>
import { makeSpec, makeUsers, HOT, N_USERS } from './spec.mjs'
import { peers } from './peers.mjs'
import { served } from './prepare.mjs'
const name = process.argv[2],
  p = peers[name],
  U = makeUsers()
// Two clocks: wall, and CPU time of the process (user+system, all threads, so GC and JIT threads count). Reported as [cpu, wall]; cpu is the one that survives a loaded machine.
const now = () => {
  const c = process.cpuUsage()
  return [(c.user + c.system) * 1000, Number(process.hrtime.bigint())]
}
const per = (t, n) => {
  const b = now()
  return [(b[0] - t[0]) / n, (b[1] - t[1]) / n]
}
console.log = console.warn = console.info = console.error = () => {}
const mems = [],
  inst = WebAssembly.instantiate,
  Inst = WebAssembly.Instance // to see linear memory sizes
const note = i => {
  const m = i?.exports && Object.values(i.exports).find(x => x instanceof WebAssembly.Memory)
  if (m && !mems.includes(m)) mems.push(m)
  return i
}
WebAssembly.instantiate = async (...a) => {
  const r = await inst.apply(WebAssembly, a)
  note(r.instance ?? r)
  return r
}
WebAssembly.Instance = new Proxy(Inst, { construct: (t, a) => note(Reflect.construct(t, a)) })
const sdk = await p.imp(),
  spec50 = makeSpec(50),
  specs = { 50: spec50 },
  texts = {},
  ev = {}
const getSpec = n => (specs[n] ||= makeSpec(n)),
  getText = n => (texts[n] ||= served(name, getSpec(n)))
const load = async n => (ev[n] ||= await p.load(sdk, getText(n), getSpec(n), await p.stage?.(getText(n))))
let sink = 0
// a fresh loop function per kind, so that no call site is shared between kinds
const mkLoop = isAsync =>
  new Function(
    'U',
    'mk',
    'get',
    'key',
    'from',
    'to',
    `return (${isAsync ? 'async ' : ''}() => { let s = 0; for (let i = from; i < to; i++) { const v = ${isAsync ? 'await ' : ''}get(key, mk(U, i)); if (v === true || v === 'a' || v === 'on' || v === 'v10') s++; } return s; })()`,
  )
const loops = {}
async function pass(e, kind, n) {
  const L = (loops[kind] ||= mkLoop(e.isAsync))
  let done = 0
  const t = now()
  while (done < n) {
    const m = Math.min(N_USERS, n - done)
    sink += await L(U, e.user, e.get[kind], HOT[kind], 0, m)
    done += m
  }
  return per(t, n)
}
const mkOnly = new Function('U', 'mk', 'n', `let s = 0; for (let i = 0; i < n; i++) { const u = mk(U, i); if (u) s++; } return s;`)
let calib = {}
const ops = {
  async w1({ kind, ms }) {
    const e = await load(50)
    if (!calib[kind]) {
      let [ns] = await pass(e, kind, 2000)
      for (let k = 0; k < 8; k++) [ns] = await pass(e, kind, Math.max(2000, Math.min(400000, (40e6 / ns) | 0)))
      calib[kind] = ns
    }
    const r = await pass(e, kind, Math.max(2000, Math.min(4e6, ((ms * 1e6) / calib[kind]) | 0)))
    calib[kind] = r[0]
    return r
  },
  async mk({ ms }) {
    const e = await load(50)
    if (!calib.mk) {
      for (let k = 0; k < 8; k++) {
        const t = now()
        sink += mkOnly(U, e.user, N_USERS)
        calib.mk = Math.max(1, per(t, N_USERS)[0])
      }
    }
    const reps = Math.max(1, Math.min(400, ((ms * 1e6) / (calib.mk * N_USERS)) | 0)),
      t = now()
    for (let k = 0; k < reps; k++) sink += mkOnly(U, e.user, N_USERS)
    const r = per(t, reps * N_USERS)
    calib.mk = Math.max(1, r[0])
    return r
  },
  async w2({ n, ms, batch }) {
    const e = await load(n),
      all = batch ? e.batch : e.all,
      c = `all${n}${!!batch}`
    let i = calib[c + 'i'] || 0
    if (!all) return null
    const run = async k => {
      const t = now()
      for (let j = 0; j < k; j++) {
        i = (i + 1) % N_USERS
        const o = e.isAsync ? await all(e.user(U, i)) : all(e.user(U, i))
        if (o[HOT.pct]) sink++
      }
      calib[c + 'i'] = i
      return per(t, k)
    }
    if (!calib[c]) {
      let [ns] = await run(3)
      for (let k = 0; k < 8; k++) [ns] = await run(Math.max(3, Math.min(20000, (40e6 / ns) | 0)))
      calib[c] = ns
    }
    const r = await run(Math.max(3, Math.min(100000, ((ms * 1e6) / calib[c]) | 0)))
    calib[c] = r[0]
    return r
  },
  async w3({ n }) {
    // text -> first evaluation
    const spec = getSpec(n),
      text = getText(n),
      st = await p.stage?.(text, HOT.exp)
    gc()
    const t = now(),
      e = await p.load(sdk, text, spec, st)
    const v = await e.get.exp(HOT.exp, e.user(U, 17))
    const dt = per(t, 1)
    sink += String(v).length
    try {
      await e.close?.()
    } catch {}
    return dt
  },
  async mem({ n }) {
    const settle = async () => {
      for (let k = 0; k < 4; k++) {
        gc()
        await new Promise(r => setTimeout(r, 30))
      }
    }
    const w = () => mems.reduce((a, m) => a + m.buffer.byteLength, 0)
    const spec = getSpec(n)
    await settle()
    const a = process.memoryUsage(),
      wa = w()
    let text = served(name, spec)
    const len = text.length,
      st = await p.stage?.(text)
    const e = await p.load(sdk, text, spec, st)
    sink += String(await e.get.exp(HOT.exp, e.user(U, 17))).length
    text = null
    await settle()
    const b = process.memoryUsage()
    globalThis.keep = e
    return { text: len, heap: b.heapUsed - a.heapUsed, external: b.external - a.external, wasm: w() - wa, rss: b.rss - a.rss }
  },
}
process.on('message', async m => {
  if (m.op === 'bye') process.exit(0)
  try {
    process.send({ v: await ops[m.op](m) })
  } catch (x) {
    process.send({ err: String((x && x.stack) || x).slice(0, 400) })
  }
})
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})
process.send({ v: 'ready' })
