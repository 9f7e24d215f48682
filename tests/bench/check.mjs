// Self-check: every adapter must return the neutral answer. node check.mjs [peer..]
import { makeSpec, makeUsers, targeted, HOT, FALLBACK } from './spec.mjs'
import { able, peers } from './peers.mjs'
import { served } from './prepare.mjs'
process.env.NODE_ENV = 'production'
const spec = makeSpec(50),
  U = makeUsers(4000)
const names = process.argv.slice(2).length ? process.argv.slice(2) : able('check')
let bad = 0
for (const n of names) {
  try {
    const p = peers[n],
      sdk = await p.imp(),
      text = served(n, spec),
      e = await p.load(sdk, text, spec, await p.stage?.(text)),
      norm = p.norm || (v => v)
    const cnt = {}
    let err = []
    const hit = (k, v) => {
      ;(cnt[k] ||= {})[v] = (cnt[k][v] || 0) + 1
    }
    for (let i = 0; i < 4000; i++)
      for (const kind of ['bool', 'pct', 'exp', 'rules10']) {
        let v = norm(await e.get[kind](HOT[kind], e.user(U, i)), kind)
        if (v === null || v === undefined) v = FALLBACK[kind]
        hit(kind, v)
        if (kind === 'bool' && v !== true) err.push(['bool', v])
        if (kind === 'pct' && typeof v !== 'boolean') err.push(['pct', v])
        if (kind === 'exp' && (v === 'off') === targeted(U, i)) err.push(['exp', v, U.plan[i], U.country[i]])
        if (kind === 'rules10' && v !== 'v10') err.push(['rules10', v])
      }
    const near = (got, want) => {
      if (Math.abs(got - want) > 0.05) err.push(['split', got, want])
    }
    near((cnt.pct.true || 0) / 4000, 0.5)
    const t = (cnt.exp.a || 0) + (cnt.exp.b || 0) + (cnt.exp.c || 0)
    near((cnt.exp.a || 0) / t, 0.34)
    near((cnt.exp.b || 0) / t, 0.33)
    near((cnt.exp.c || 0) / t, 0.33)
    const all = await e.all(e.user(U, 7))
    if (Object.keys(all).length !== 50 && !p.sparseAll) err.push(['all', Object.keys(all).length])
    for (const f of spec) {
      // all() must agree with get()
      const a = norm(all[f.key], f.kind) ?? FALLBACK[f.kind],
        b = norm(await e.get[f.kind](f.key, e.user(U, 7)), f.kind) ?? FALLBACK[f.kind]
      if (a !== b) err.push(['all!=get', f.key, a, b])
      if (f.kind === 'bool' && b !== f.on) err.push(['bool', f.key, b])
    }
    if (e.close) await e.close()
    console.log(
      err.length ? 'FAIL' : 'ok  ',
      n.padEnd(22),
      JSON.stringify(cnt),
      err.length ? JSON.stringify(err.slice(0, 5)) + ` (${err.length})` : '',
    )
    if (err.length) bad++
  } catch (x) {
    bad++
    console.log('FAIL', n, x.stack || x)
  }
}
process.exit(bad ? 1 : 0)
