// Letters that differ by case alone: Unicode simple case folding (C and S of CaseFolding.txt), which is what JavaScript's
// /iu compares by. JavaScript does not show the table, so it is found by asking: candidates are letters that share an upper
// or a lower case, and /iu has the last word on every pair.

/** Anything that casing touches at all; of all code points these are few. */
const CASED = /[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u

function classes(): Map<string, readonly string[]> {
  const near = new Map<string, Set<string>>()
  const put = (key: string, char: string): void => {
    const found = near.get(key)
    if (found) found.add(char)
    else near.set(key, new Set([char]))
  }
  for (let code = 0; code <= 0x1ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const char = String.fromCodePoint(code)
    if (!CASED.test(char)) continue
    for (const key of [char, char.toLowerCase(), char.toUpperCase(), char.toUpperCase().toLowerCase(), char.toLowerCase().toUpperCase()]) put(key, char)
  }
  const alike = new Map<string, readonly string[]>()
  for (const chars of near.values()) {
    for (const char of chars) {
      const test = new RegExp(`^${char}$`, 'iu')
      const same = [...chars].filter(other => test.test(other))
      alike.set(char, [...new Set([...(alike.get(char) ?? []), ...same])].sort())
    }
  }
  return alike
}

const alike = classes()

/** Every letter that equals this one when case is ignored, itself included. */
export const sameLetters = (char: string): readonly string[] => alike.get(char) ?? [char]

/** All letters that have others beside them. */
export const casedLetters = (): IterableIterator<string> => alike.keys()

/** The text with each letter replaced by the first of those it equals. */
export const fold = (text: string): string => Array.from(text, char => sameLetters(char)[0] ?? char).join('')
