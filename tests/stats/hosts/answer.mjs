// What every JavaScript host does with the questions, and the text it says it in: that of native code, byte for byte.

const camel = name => name.replace(/_(.)/g, (_, char) => char.toUpperCase())

function renamed(value) {
  if (Array.isArray(value)) return value.map(renamed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), renamed(inner)]))
}

/** A double as native code writes it: the fewest digits that are no other double's, with an exponent outside 1e-5 to 1e16. */
function digits(number) {
  if (number === 0) return Object.is(number, -0) ? '-0.0' : '0.0'
  const [, sign, first, rest = '', power] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(number.toExponential())
  const all = first + rest
  const point = Number(power) + 1
  if (point > 16 || point <= -5) return `${sign}${first}${rest && `.${rest}`}e${power}`
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`
  return `${sign}${all.slice(0, point).padEnd(point, '0')}.${all.slice(point) || '0'}`
}

/** JSON with its keys in order, infinities as texts, `names[key]` for a key. */
function said(value, names) {
  if (Array.isArray(value)) return `[${value.map(one => said(one, names)).join(',')}]`
  if (typeof value === 'number') return Math.abs(value) === Infinity ? `"${value > 0 ? 'inf' : '-inf'}"` : digits(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, inner]) => [names[key] ?? key, inner])
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${said(inner, names)}`).join(',')}}`
}

/** The keys of JavaScript, and what native code calls them. */
export function namesIn(value, names = {}) {
  if (value === null || typeof value !== 'object') return names
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) names[camel(key)] = key
    namesIn(inner, names)
  }
  return names
}

/** `{ cases, names }` → `{id: answer}` as native code prints it. */
export function answer({ statistics }, { cases, names }) {
  const answered = cases.map(({ id, method, input }) => {
    try {
      return [id, said(statistics(camel(method), renamed(input)), names)]
    } catch (error) {
      return [id, `{"error":${JSON.stringify(error.message)}}`]
    }
  })
  answered.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${answered.map(([id, text]) => `${JSON.stringify(id)}:${text}`).join(',')}}`
}

/** Everything else that is reached from JavaScript, as text. */
export function others({ plan, simulate, analyze }, { plans, simulations, reports }) {
  return JSON.stringify({
    plans: plans.map(question => plan(question)),
    simulations: simulations.map(([simulation, first, runs]) => simulate(simulation, first, runs)),
    reports: reports.map(({ experiments, key, run, observed, now }) => analyze(experiments, key, run, observed, now)),
  })
}
