// From a JSON path to a place in the text. The compiler says `$.flags["checkout"].rules[0]`; editors want a line and a column.

export interface Place {
  readonly line: number
  readonly column: number
}

type Step = string | number

/** Where the value of a path begins; for a member that is not there, where its nearest ancestor does. */
export function locate(text: string, path: string): Place {
  const steps = stepsOf(path)
  let at = space(text, text.startsWith('\ufeff') ? 1 : 0)
  for (const step of steps) {
    const next = typeof step === 'number' ? element(text, at, step) : member(text, at, step)
    if (next === undefined) break
    at = next
  }
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return { line, column: at - before.lastIndexOf('\n') }
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

/** Where the value of a member begins. */
function member(text: string, at: number, name: string): number | undefined {
  if (text[at] !== '{') return undefined
  at = space(text, at + 1)
  while (text[at] === '"') {
    const end = value(text, at)
    const here = parse(text.slice(at, end)) === name
    at = space(text, end)
    if (text[at] !== ':') return undefined
    at = space(text, at + 1)
    if (here) return at
    at = space(text, value(text, at))
    if (text[at] !== ',') return undefined
    at = space(text, at + 1)
  }
  return undefined
}

function element(text: string, at: number, index: number): number | undefined {
  if (text[at] !== '[') return undefined
  at = space(text, at + 1)
  for (; index > 0; index--) {
    at = space(text, value(text, at))
    if (text[at] !== ',') return undefined
    at = space(text, at + 1)
  }
  return text[at] === ']' ? undefined : at
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
