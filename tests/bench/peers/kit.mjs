// What every adapter needs to say the same work in its own configuration.

export const PAID = ['pro', 'enterprise'],
  ANY = ['free', 'pro', 'enterprise'],
  ABC = ['a', 'b', 'c']
export const range = n => Array.from({ length: n }, (_, i) => i)
export const attrs = (U, i) => ({
  id: U.id[i],
  plan: U.plan[i],
  country: U.country[i],
  signup: U.signup[i],
  app: U.app[i],
  email: U.email[i],
})
export const loopAll = (spec, get) => {
  const P = spec.map(f => [f.key, get[f.kind]])
  return u => {
    const o = {}
    for (let i = 0; i < P.length; i++) o[P[i][0]] = P[i][1](P[i][0], u)
    return o
  }
}
export const loopAllAsync = (spec, get) => async u => {
  const o = {}
  for (const f of spec) o[f.key] = await get[f.kind](f.key, u)
  return o
}
export const byKind = (spec, fn) => Object.fromEntries(spec.map(f => [f.key, fn[f.kind](f)]))
export const hex24 = n => n.toString(16).padStart(24, '0')
