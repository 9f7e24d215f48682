// The physical limit: cost of the JS<->wasm boundary alone, of hashes, and of building the result object. node floor.mjs [rounds]
import { readFileSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { makeUsers, makeSpec } from './spec.mjs'
const U = makeUsers(),
  N = 10000,
  rounds = +(process.argv[2] || 15)
const w = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(new URL('./out/floor.wasm', import.meta.url))), {}).exports
const enc = new TextEncoder(),
  dec = new TextDecoder(),
  mem = w.memory.buffer,
  P = w.buf_ptr()
const S = Array.from({ length: 6 }, (_, k) => new Uint8Array(mem, P + 1024 * k, 1024)),
  [S0, S1, S2, S3, S4, S5] = S,
  B = Buffer.from(mem, P, 8192),
  M = new Uint8Array(mem)
const ids = U.id,
  plan = U.plan,
  country = U.country,
  signup = U.signup,
  app = U.app,
  email = U.email
const fnvJs = s => {
  let h = 0x811c9dc5
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193)
  return h >>> 0
}
const mm3 = (s, seed) => {
  let h = seed,
    i = 0
  const n = s.length & ~3
  for (; i < n; i += 4) {
    let k =
      (s.charCodeAt(i) & 255) |
      ((s.charCodeAt(i + 1) & 255) << 8) |
      ((s.charCodeAt(i + 2) & 255) << 16) |
      ((s.charCodeAt(i + 3) & 255) << 24)
    k = Math.imul(k, 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    h ^= Math.imul(k, 0x1b873593)
    h = (h << 13) | (h >>> 19)
    h = (Math.imul(h, 5) + 0xe6546b64) | 0
  }
  let k = 0
  for (let j = s.length - 1; j >= i; j--) k = (k << 8) | (s.charCodeAt(j) & 255)
  if (s.length & 3) {
    k = Math.imul(k, 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    h ^= Math.imul(k, 0x1b873593)
  }
  h ^= s.length
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
const copy = s => {
  const n = s.length
  for (let i = 0; i < n; i++) {
    const c = s.charCodeAt(i)
    if (c > 127) return enc.encodeInto(s, S0).written
    S0[i] = c
  }
  return n
}
const wbg = s => {
  const n = s.length,
    p = P
  let i = 0
  for (; i < n; i++) {
    const c = s.charCodeAt(i)
    if (c > 127) break
    M[p + i] = c
  }
  return i === n ? n : enc.encodeInto(s, M.subarray(p, p + 1024)).written
} // what wasm-bindgen's passStringToWasm0 does (minus malloc/free)
const keys = makeSpec(50).map(f => f.key),
  T = [true, false, 'a', 'b'],
  OUT = new Uint8Array(500).map((_, i) => i & 3)
const tmpl = Object.fromEntries(keys.map(k => [k, false])),
  gen = new Function('T', 'OUT', `return {${keys.map((k, i) => `${JSON.stringify(k)}:T[OUT[${i}]]`).join(',')}}`)
let keep // escapes, so that the allocation cannot be optimised away
const cases = {
  'loop + array read (baseline)': i => ids[i].length,
  'wasm nop()': i => ids[i].length + w.nop(),
  'wasm add3(int,int,int)': i => w.add3(i, 2, ids[i].length),
  'encodeInto 36 B, no call': i => enc.encodeInto(ids[i], S0).written,
  'encodeInto 36 B + call + int': i => w.first(enc.encodeInto(ids[i], S0).written),
  'encodeInto into fresh subarray + call': i => w.first(enc.encodeInto(ids[i], M.subarray(P, P + 1024)).written),
  'charCodeAt loop 36 B + call': i => w.first(copy(ids[i])),
  'wasm-bindgen style pass + call': i => w.first(wbg(ids[i])),
  'Buffer.latin1Write 36 B + call': i => w.first(B.latin1Write(ids[i], 0)),
  'Buffer.utf8Write 36 B + call': i => w.first(B.utf8Write(ids[i], 0)),
  'encode() (allocates) + set + call': i => {
    const b = enc.encode(ids[i])
    S0.set(b)
    return w.first(b.length)
  },
  'encodeInto + sip13 in wasm': i => w.sip13(enc.encodeInto(ids[i], S0).written),
  'encodeInto + sip24 in wasm': i => w.sip24(enc.encodeInto(ids[i], S0).written),
  'encodeInto + murmur3 in wasm': i => w.murmur3(enc.encodeInto(ids[i], S0).written),
  'encodeInto + sip13, BigInt result': i => Number(w.sip13_64(enc.encodeInto(ids[i], S0).written) & 255n),
  'charCodeAt loop + sip13 in wasm': i => w.sip13(copy(ids[i])),
  'latin1Write + sip13 in wasm': i => w.sip13(B.latin1Write(ids[i], 0)),
  'FNV-1a in JS on the string': i => fnvJs(ids[i]),
  'murmur3 in JS on the string': i => mm3(ids[i], 7),
  '6 encodeInto (all attributes) + call': i => {
    enc.encodeInto(plan[i], S1)
    enc.encodeInto(country[i], S2)
    enc.encodeInto(signup[i], S3)
    enc.encodeInto(app[i], S4)
    enc.encodeInto(email[i], S5)
    return w.first(enc.encodeInto(ids[i], S0).written)
  },
  '1 encodeInto of the 6 joined + call': i =>
    w.first(enc.encodeInto(`${ids[i]}\0${plan[i]}\0${country[i]}\0${signup[i]}\0${app[i]}\0${email[i]}`, S0).written),
  'latin1Write of the 6 joined + call': i =>
    w.first(B.latin1Write(`${ids[i]}\0${plan[i]}\0${country[i]}\0${signup[i]}\0${app[i]}\0${email[i]}`, 0)),
  'JSON.stringify(user) + encodeInto + call': i =>
    w.first(
      enc.encodeInto(
        JSON.stringify({ id: ids[i], plan: plan[i], country: country[i], signup: signup[i], app: app[i], email: email[i] }),
        S0,
      ).written,
    ),
  'string result: TextDecoder 12 B': i => {
    w.nop()
    return dec.decode(S5.subarray(0, 12)).length
  },
  'int result: table lookup': i => T[w.nop()].length | 0,
  'object of 50 keys: loop into {}': i => {
    const o = {}
    for (let j = 0; j < 50; j++) o[keys[j]] = T[OUT[j]]
    keep = o
    return 1
  },
  'object of 50 keys: {...template} + set': i => {
    const o = { ...tmpl }
    for (let j = 0; j < 50; j++) o[keys[j]] = T[OUT[j]]
    keep = o
    return 1
  },
  'object of 50 keys: generated literal': i => {
    keep = gen(T, OUT)
    return 1
  },
  'array of 50 values': i => {
    const o = new Array(50)
    for (let j = 0; j < 50; j++) o[j] = T[OUT[j]]
    keep = o
    return 1
  },
}
let sink = 0
const run = {},
  cpu = () => {
    const c = process.cpuUsage()
    return (c.user + c.system) * 1000
  }
for (const k in cases)
  run[k] = new Function('f', 'n', 'N', 'let s = 0; for (let r = 0; r < n; r++) for (let i = 0; i < N; i++) s += f(i); return s;').bind(
    null,
    cases[k],
  )
const reps = {},
  R = {}
for (const k in cases) {
  sink += run[k](3, N)
  sink += run[k](3, N)
  const t = cpu()
  sink += run[k](3, N)
  reps[k] = Math.max(1, Math.min(300, (30e6 / Math.max(1, (cpu() - t) / 3)) | 0))
  R[k] = []
}
for (let r = 0; r < rounds; r++)
  for (const k in cases) {
    const t = cpu()
    sink += run[k](reps[k], N)
    R[k].push((cpu() - t) / (reps[k] * N))
  }
const med = a => [...a].sort((x, y) => x - y)[a.length >> 1],
  out = {}
for (const k in cases) out[k] = med(R[k])
const rep = h => {
  enc.encodeInto(ids[0], S0)
  const K = 200000,
    v = []
  w[h](36, K)
  for (let r = 0; r < 15; r++) {
    const t = cpu()
    sink += w[h](36, K)
    v.push((cpu() - t) / K)
  }
  return med(v)
}
const hash = { wasm: { sip13: rep('sip13_rep'), sip24: rep('sip24_rep'), murmur3: rep('murmur3_rep') } }
try {
  hash.native = JSON.parse(execFileSync(new URL('./out/native', import.meta.url).pathname, { encoding: 'utf8' }))
} catch (e) {
  hash.native = String(e.message)
}
// config load floor: bytes of growthbook's 1000-flag JSON
const { peers } = await import('./peers.mjs'),
  text = peers.growthbook.config(makeSpec(1000)),
  bytes = Buffer.from(text),
  at = w.big_alloc(text.length * 3),
  big = new Uint8Array(w.memory.buffer, at, text.length * 3),
  thr = {}
const per = (k, f) => {
  for (let r = 0; r < 5; r++) f()
  const v = []
  for (let r = 0; r < 15; r++) {
    const t = cpu()
    for (let q = 0; q < 20; q++) sink += f()
    v.push((cpu() - t) / 20 / text.length)
  }
  thr[k] = med(v)
}
per('JSON.parse(string)', () => (JSON.parse(text).features ? 1 : 0))
per('JSON.parse(TextDecoder.decode(bytes))', () => (JSON.parse(dec.decode(bytes)).features ? 1 : 0))
per('TextEncoder.encodeInto(text -> wasm memory)', () => enc.encodeInto(text, big).written)
per('Uint8Array.set(bytes -> wasm memory)', () => {
  big.set(bytes)
  return 1
})
per('byte-at-a-time scan in wasm (opt-level 3)', () => w.scan(at, text.length))
console.log('throughput, ns per byte of a ' + text.length + '-byte JSON config', thr)
writeFileSync(new URL('./out/floor.json', import.meta.url), JSON.stringify({ out, hash, thr, textBytes: text.length }))
for (const k in out) console.log(k.padEnd(44), out[k].toFixed(1).padStart(8), 'ns cpu')
console.log('ns per hash of 36 bytes, no boundary', JSON.stringify(hash), sink & 1)
