// Vendor-neutral description of the work. Every peer translates this into its own config format.
// kinds: bool (plain on/off), pct (50/50 on user id), exp (34/33/33 of a/b/c when plan in [pro,enterprise] AND country == US, else 'off'),
// rules10 (rules 1..9: plan in [pro,enterprise] AND country in [two codes nobody has] -> v1..v9; rule 10: plan in [free,pro,enterprise] -> v10; else 'none').
const MIX = ['bool', 'pct', 'exp', 'bool', 'pct', 'rules10', 'bool', 'pct', 'exp', 'bool'] // per 10 flags: 4 bool, 3 pct, 2 exp, 1 rules10
export const ROLLS = 10
export const DEAD = k => [`X${k}`, `Y${k}`] // country codes of dead rule k (0..8)
export function makeSpec(n) {
  const out = []
  for (let i = 0; i < n; i++) {
    const kind = MIX[i % 10]
    out.push({ key: `web-${kind}-${String(i).padStart(5, '0')}`, kind, on: i % 10 !== 9, i })
  }
  return out
}
export const EXP_W = [34, 33, 33]
export const HOT = { bool: 'web-bool-00000', pct: 'web-pct-00001', exp: 'web-exp-00002', rules10: 'web-rules10-00005' }
export const FALLBACK = { bool: false, pct: false, exp: 'off', rules10: 'none' }

// 10,000 users as parallel arrays of strings; each evaluation builds a NEW user object from them.
function rng(seed) {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = s
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
export const N_USERS = 10000
export function makeUsers(n = N_USERS) {
  const r = rng(42),
    id = [],
    plan = [],
    country = [],
    signup = [],
    app = [],
    email = []
  const hex = k => Array.from({ length: k }, () => '0123456789abcdef'[(r() * 16) | 0]).join('')
  const P = ['free', 'free', 'free', 'free', 'free', 'pro', 'pro', 'pro', 'enterprise', 'enterprise']
  const C = ['US', 'US', 'US', 'US', 'US', 'GB', 'DE', 'FR', 'IN', 'BR']
  for (let i = 0; i < n; i++) {
    const h = hex(32)
    id.push(`${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`)
    plan.push(P[(r() * 10) | 0])
    country.push(C[(r() * 10) | 0])
    signup.push(`202${(r() * 6) | 0}-0${1 + ((r() * 9) | 0)}-${10 + ((r() * 18) | 0)}T08:30:00.000Z`)
    app.push(`${(r() * 9) | 0}.${(r() * 20) | 0}.${(r() * 20) | 0}`)
    email.push(`user${i}@mail${(r() * 50) | 0}.example.com`)
  }
  // flatten (JSON round trip) so that no id is a rope string
  return JSON.parse(JSON.stringify({ id, plan, country, signup, app, email }))
}
export const targeted = (U, i) => (U.plan[i] === 'pro' || U.plan[i] === 'enterprise') && U.country[i] === 'US'
