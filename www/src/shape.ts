// A shape is written once and gives both the TypeScript type and the check at run time, so the two cannot drift apart.

type Say = (at: string, problem: string) => void
export interface Shape<T> {
  readonly look: (value: unknown, at: string, say: Say, strict: boolean) => void
  /** Only for inference; never set. */
  readonly is?: T
}
export type Infer<S> = S extends Shape<infer T> ? T : never

const basic = <T>(name: string, holds: (value: unknown) => boolean): Shape<T> => ({
  look: (value, at, say) => {
    if (!holds(value)) say(at, `must be ${name}, not ${describe(value)}`)
  },
})

export const text: Shape<string> = basic('a text', (value) => typeof value === 'string')
export const number: Shape<number> = basic('a number', (value) => typeof value === 'number' && Number.isFinite(value))
export const truth: Shape<boolean> = basic('true or false', (value) => typeof value === 'boolean')

export function oneOf<const T extends readonly string[]>(...words: T): Shape<T[number]> {
  return basic(`one of ${words.join(', ')}`, (value) => typeof value === 'string' && words.includes(value))
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return { look: (value, at, say, strict) => (value === null ? undefined : shape.look(value, at, say, strict)) }
}

/** For what is left out when there is nothing to say. */
export function orMissing<T>(shape: Shape<T>): Shape<T | undefined> {
  return { look: (value, at, say, strict) => (value === undefined ? undefined : shape.look(value, at, say, strict)) }
}

/** An object of any keys. */
export function dictionary<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    look: (value, at, say, strict) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return say(at, `must be an object, not ${describe(value)}`)
      for (const [name, one] of Object.entries(value)) shape.look(one, `${at}.${name}`, say, strict)
    },
  }
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    look: (value, at, say, strict) => {
      if (!Array.isArray(value)) return say(at, `must be a list, not ${describe(value)}`)
      value.forEach((item: unknown, index) => shape.look(item, `${at}[${index}]`, say, strict))
    },
  }
}

export function record<const F extends Record<string, Shape<unknown>>>(fields: F): Shape<{ readonly [K in keyof F]: Infer<F[K]> }> {
  return {
    look: (value, at, say, strict) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return say(at, `must be an object, not ${describe(value)}`)
      const given = value as Record<string, unknown>
      for (const [name, shape] of Object.entries(fields)) shape.look(given[name], `${at}.${name}`, say, strict)
      if (!strict) return
      for (const name of Object.keys(given)) if (!(name in fields)) say(`${at}.${name}`, 'is not known')
    },
  }
}

/**
 * Says what is wrong with `value`, as lines `$.path problem`; none means it fits. A strict look also refuses unknown keys: tests
 * are strict, the running console is not, so that a newer worker may say more than an older console understands.
 */
export function problemsOf(shape: Shape<unknown>, value: unknown, strict: boolean): string[] {
  const problems: string[] = []
  shape.look(value, '$', (at, problem) => problems.push(`\`${at}\` ${problem}`), strict)
  return problems
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `${typeof value} \`${String(value)}\``
}
