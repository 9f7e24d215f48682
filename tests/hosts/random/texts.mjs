// Texts, and patterns with texts they match.

/** Letters that case folding has something to say about, among them K (Kelvin), ſ, ß, ẞ, İ, ı and both small sigmas. */
const LETTERS = [...'aAbBkK\u212asS\u017f\u00df\u1e9eiI\u0130\u0131\u03a3\u03c3\u03c2éÉ\u01c4\u01c5\u01c6\u1fb3\u1fbc\u{10400}\u{10428}zZ']

/** What an unsuspecting program trips over. */
export const ODD = [
  '',
  ' ',
  '0',
  '42',
  '-1',
  'true',
  'null',
  'NaN',
  '__proto__',
  'constructor',
  'e\u0301',
  'é',
  '😀',
  '👩‍👩‍👧',
  'a\u0000b',
  '\u0000',
  '\ufeff',
  '\ufffd',
  '"\\/\b',
  '\u2028',
  'x'.repeat(48),
  'y'.repeat(49),
  'é'.repeat(60),
  '😀'.repeat(100),
]

const PLAIN = ['pro', 'free', 'enterprise', 'US', 'DE', 'staff', 'Straße', 'STRASSE', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'İstanbul', 'ıI', 'Kelvin', '\u212aelvin', 'ſet', 'Set']

export function text(random) {
  const kind = random.int(10)
  if (kind < 5) return random.pick(PLAIN)
  if (kind < 7) return random.pick(ODD)
  return random.times(1, 4, () => random.pick(LETTERS)).join('')
}

/** A text with something else before or behind it. */
export const around = (random, inner) => `${random.chance(0.5) ? text(random) : ''}${inner}${random.chance(0.5) ? text(random) : ''}`

/** A text with letters that differ by case, or that look as if they did. */
export function recased(random, original) {
  const swaps = [
    one => one.toUpperCase(),
    one => one.toLowerCase(),
    one => ({ s: 'ſ', S: 'ſ', k: '\u212a', K: '\u212a', i: 'ı', I: 'İ', ß: 'ẞ', σ: 'ς', Σ: 'ς' })[one] ?? one,
  ]
  return Array.from(original, one => (random.chance(0.6) ? random.pick(swaps)(one) : one)).join('')
}

/** An unpaired surrogate somewhere in a text: JavaScript has such strings, and JSON can say them. */
export const broken = (random, original) => `${original}${random.pick(['\ud800', '\udc00', '\ud83d', '\udfff\ud800'])}${random.chance(0.3) ? original : ''}`

const ATOMS = [
  random => {
    const letter = random.pick([...'abkKsSßiσé0_-', ' ', '😀'])
    return [letter, letter]
  },
  random => ['.', random.pick(['a', 'é', '\n', '\r', '\u2028', '😀'])],
  random => ['\\d', random.pick(['7', '0', '\u0663', 'd'])],
  random => ['\\D', random.pick(['7', 'x', '\u0663'])],
  random => ['\\w', random.pick(['_', 'k', '\u212a', 'ſ', 'é'])],
  random => ['\\W', random.pick(['-', '\u212a', 'ſ', 'é', 'k'])],
  random => ['\\s', random.pick([' ', '\t', '\v', '\u00a0', '\ufeff'])],
  random => ['\\S', random.pick(['x', ' ', '\u00a0'])],
  random => ['[a-k]', random.pick(['a', 'k', 'l', 'K', '\u212a'])],
  random => ['[^a-k]', random.pick(['z', 'a', 'K', '\u212a', '\n'])],
  random => ['[\\w.-]', random.pick(['.', 'w', 'ſ', '+'])],
  random => ['[^\\s,]', random.pick([' ', ',', 'x', '\u00a0'])],
  random => ['[À-ÿß]', random.pick(['é', 'É', '\u1e9e', '÷', 'a'])],
  random => ['[Α-ω]', random.pick(['ς', 'Σ', 'σ', 'a'])],
  random => ['\\.', random.pick(['.', 'x'])],
]

const EMPTY = [['^', ''], ['$', ''], ['\\b', ''], ['\\B', '']]

/** [pattern, a text that it may match]. */
function expression(random, depth) {
  const kind = depth === 0 ? 0 : random.int(8)
  if (kind <= 3) return random.pick(ATOMS)(random)
  if (kind === 4) return random.chance(0.5) ? random.pick(EMPTY) : random.pick(ATOMS)(random)
  if (kind === 5) {
    const choices = random.times(2, 3, () => expression(random, depth - 1))
    const open = random.pick(['(', '(?:', '(?P<name>'])
    return [`${open.replace('name', `n${random.int(1e6)}`)}${choices.map(([pattern]) => pattern).join('|')})`, random.pick(choices)[1]]
  }
  const parts = random.times(2, 3, () => expression(random, depth - 1))
  return [parts.map(([pattern]) => pattern).join(''), parts.map(([, sample]) => sample).join('')]
}

const BOUNDED = [['', [1]], ['?', [0, 1]], ['{2}', [1, 2, 3]], ['{1,3}', [1, 3, 4]]]
const UNBOUNDED = [['*', [0, 1, 3]], ['+', [1, 2]], ['{2,}', [1, 2, 5]], ['+?', [1, 2]]]

/** Choices are not repeated without a bound: the oracle's RegExp backtracks, and two ways to match one letter are 2ⁿ. */
function repeated(random, [pattern, sample]) {
  const [suffix, counts] = random.pick(pattern.includes('|') ? BOUNDED : [...BOUNDED, ...UNBOUNDED])
  return suffix === '' ? [pattern, sample] : [`(?:${pattern})${suffix}`, sample.repeat(random.pick(counts))]
}

export function pattern(random) {
  const parts = random.times(1, 3, () => repeated(random, expression(random, 2)))
  const anchored = random.int(4)
  const [whole, sample] = [parts.map(([part]) => part).join(''), parts.map(([, part]) => part).join('')]
  if (anchored === 0) return [`^(?:${whole})$`, sample]
  if (anchored === 1) return [`^${whole}`, sample]
  return [whole, sample]
}
