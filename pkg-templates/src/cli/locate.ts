// From a JSON path to a place in the text. The compiler says `$.flags["checkout"].rules[0]`; editors want a line and a column.

export interface Place {
  readonly line: number
  readonly column: number
}

type Step = string | number

/**
 * Says where the value of a path begins; for a member that is not there, where its nearest ancestor does. What was walked through
 * once is known from then on: a file may have a problem in every line.
 */
export function locator(text: string): (path: string) => Place {
  const known = new Map<number, ReadonlyMap<Step, number>>()
  const lines = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  const inside = (at: number): ReadonlyMap<Step, number> => {
    const found = known.get(at) ?? members(text, at)
    known.set(at, found)
    return found
  }
  return path => {
    let at = space(text, text.startsWith('\ufeff') ? 1 : 0)
    for (const step of stepsOf(path)) {
      const next = inside(at).get(step)
      if (next === undefined) break
      at = next
    }
    const line = lineOf(lines, at)
    return { line, column: at - (lines[line - 1] ?? 0) + 1 }
  }
}

/** The line of a place, by where lines begin. */
function lineOf(lines: readonly number[], at: number): number {
  let [low, high] = [0, lines.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lines[middle] ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** `$.a["b"][0]` → `a`, `b`, 0. */
function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, name, index, quoted]) => {
    if (name !== undefined) return name
    return index === undefined ? unquote(quoted ?? '""') : Number(index)
  })
}

// Rust writes `\u{1f600}` where JSON has `\ud83d\ude00`.
function unquote(quoted: string): string {
  const json = quoted.replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) =>
    JSON.stringify(String.fromCodePoint(parseInt(hex, 16))).slice(1, -1),
  )
  try {
    return JSON.parse(json.replace(/\\'/g, "'").replace(/\\0/g, '\\u0000')) as string
  } catch {
    return quoted.slice(1, -1)
  }
}

function space(text: string, at: number): number {
  while (/\s/.test(text.charAt(at))) at++
  return at
}

/** Where the members of the object or list that begins at `at` begin, by key or index. Of text that breaks off, those before that. */
function members(text: string, at: number): Map<Step, number> {
  const found = new Map<Step, number>()
  const object = text[at] === '{'
  if (!object && text[at] !== '[') return found
  const closing = object ? '}' : ']'
  at = space(text, at + 1)
  for (let index = 0; at < text.length && text[at] !== closing; index++) {
    let step: unknown = index
    if (object) {
      if (text[at] !== '"') break
      const end = value(text, at)
      step = parse(text.slice(at, end))
      at = space(text, end)
      if (text[at] !== ':') break
      at = space(text, at + 1)
    }
    // Of two of one name the first is meant: the second is the problem.
    if (!found.has(step as Step)) found.set(step as Step, at)
    at = space(text, value(text, at))
    if (text[at] !== ',') break
    at = space(text, at + 1)
  }
  return found
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Where the value that begins at `at` ends. Text that is no JSON ends somewhere, never nowhere. */
function value(text: string, at: number): number {
  if (text[at] === '"') return string(text, at)
  if (text[at] !== '{' && text[at] !== '[') {
    while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++
    return at
  }
  let depth = 0
  for (; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = string(text, at) - 1
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1
  }
  return at
}

function string(text: string, at: number): number {
  for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
  return at + 1
}
