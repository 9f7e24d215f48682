// What a datafile says for people and a program does not keep: names of rules, patterns as they are written.

export interface WrittenDatafile {
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly flags: Readonly<Record<string, WrittenFlag>>
}

interface WrittenFlag {
  readonly rules?: readonly WrittenRule[]
  readonly environments?: Readonly<Record<string, WrittenFlag>>
}

interface WrittenRule {
  readonly name?: string
  readonly if?: unknown
}

/** Looks up what is written of a rule. */
export interface Names {
  /** `rule 1 “experiment”` */
  rule(flag: string, index: number): string
  /** The only pattern that the rule asks of an attribute. */
  pattern(flag: string, index: number | null, attribute: string): string | undefined
}

export function namesOf(datafile: WrittenDatafile | undefined, environment?: string): Names {
  const rule = (flag: string, index: number): WrittenRule | undefined => {
    const written = datafile !== undefined && Object.hasOwn(datafile.flags, flag) ? datafile.flags[flag] : undefined
    const own = environment === undefined ? undefined : written?.environments?.[environment]?.rules
    return (own ?? written?.rules)?.[index]
  }
  return {
    rule(flag, index) {
      const name = rule(flag, index)?.name
      return name === undefined ? `rule ${index}` : `rule ${index} “${name}”`
    },
    pattern(flag, index, attribute) {
      const found = new Set<string>()
      const look = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return
        const { attribute: asked, matches } = node as { attribute?: unknown; matches?: unknown }
        if (asked === attribute && typeof matches === 'string') found.add(matches)
        for (const inner of Object.values(node)) look(inner)
      }
      look(index === null ? undefined : rule(flag, index)?.if)
      const [only] = found
      return found.size === 1 ? only : undefined
    },
  }
}
