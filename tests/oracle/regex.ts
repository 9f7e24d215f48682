// A pattern of a datafile as a JavaScript RegExp: the same language, spelt out. Escapes are ASCII and stay so when case is
// ignored, `.` is anything but a line feed, `$` is the end of the text, and case is ignored by naming every letter. No `i`
// flag: under it JavaScript's \w would take ſ and K. And no `v` flag: in Node 20 /(?:é[^0-9A-Za-z_][0-9])+/v does not find
// `é-0`, which /u does.

import { casedLetters, sameLetters } from './fold.ts'

/** What stands inside of `[…]` for each, the opposites spelt out too. */
const ESCAPES = new Map([
  ['d', '0-9'],
  ['D', '\\u{0}-\\u{2f}\\u{3a}-\\u{10ffff}'],
  ['w', '0-9A-Za-z_'],
  ['W', '\\u{0}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{5e}\\u{60}\\u{7b}-\\u{10ffff}'],
  ['s', '\\u{9}-\\u{d}\\u{20}'],
  ['S', '\\u{0}-\\u{8}\\u{e}-\\u{1f}\\u{21}-\\u{10ffff}'],
])
const CONTROLS = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['f', '\f'],
  ['v', '\v'],
])

const code = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`

class Translation {
  private readonly chars: readonly string[]
  private readonly ignoreCase: boolean
  private at = 0

  constructor(pattern: string, ignoreCase: boolean) {
    this.chars = Array.from(pattern)
    this.ignoreCase = ignoreCase
  }

  whole(): string {
    let out = ''
    while (this.at < this.chars.length) out += this.piece()
    return out
  }

  private next(): string {
    const char = this.chars[this.at++]
    if (char === undefined) throw new Error('a pattern ends too early')
    return char
  }

  private piece(): string {
    const char = this.next()
    if (char === '.') return '[^\\n]'
    if (char === '[') return this.set()
    if (char === '(') return this.group()
    if (char === '{') return this.until('}', '{')
    if ('^$|)*+?'.includes(char)) return char
    if (char !== '\\') return this.letter(char)
    const escaped = this.next()
    if (escaped === 'b' || escaped === 'B') return `\\${escaped}`
    const inside = ESCAPES.get(escaped)
    return inside === undefined ? this.letter(CONTROLS.get(escaped) ?? escaped) : `[${inside}]`
  }

  private letter(char: string): string {
    return this.ignoreCase ? `[${sameLetters(char).map(code).join('')}]` : code(char)
  }

  private until(end: string, out: string): string {
    for (;;) {
      const char = this.next()
      out += char
      if (char === end) return out
    }
  }

  /** `(`, `(?:`, `(?<name>` and `(?P<name>`: only what is inside matters. */
  private group(): string {
    if (this.chars[this.at] !== '?') return '(?:'
    this.at++
    if (this.chars[this.at] === ':') this.at++
    else this.until('>', '')
    return '(?:'
  }

  private set(): string {
    let out = '['
    if (this.chars[this.at] === '^') {
      this.at++
      out += '^'
    }
    for (;;) {
      const first = this.next()
      if (first === ']') return `${out}]`
      const escape = first === '\\' ? this.next() : undefined
      const inside = escape === undefined ? undefined : ESCAPES.get(escape)
      if (inside !== undefined) {
        out += inside
        continue
      }
      const from = escape === undefined ? first : (CONTROLS.get(escape) ?? escape)
      out += this.range(from, this.chars[this.at] === '-' && this.chars[this.at + 1] !== ']' ? this.end() : from)
    }
  }

  private end(): string {
    this.at++
    const char = this.next()
    return char === '\\' ? this.next() : char
  }

  private range(from: string, to: string): string {
    const plain = `${code(from)}-${code(to)}`
    if (!this.ignoreCase) return plain
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]
    let out = plain
    for (const char of casedLetters()) {
      const at = char.codePointAt(0) ?? 0
      if (at >= low && at <= high) out += sameLetters(char).map(code).join('')
    }
    return out
  }
}

const known = new Map<string, RegExp>()

/** Does the pattern occur in the text? */
export function matches(pattern: string, ignoreCase: boolean, text: string): boolean {
  const key = `${ignoreCase ? 'i' : '-'}${pattern}`
  let found = known.get(key)
  if (!found) {
    if (known.size > 10_000) known.clear()
    known.set(key, (found = new RegExp(new Translation(pattern, ignoreCase).whole(), 'u')))
  }
  return found.test(text)
}
