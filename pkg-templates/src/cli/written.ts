// What a datafile says for people and a program does not keep: names of rules, patterns as they are written.

export interface WrittenDatafile {
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly segments?: Readonly<Record<string, { readonly if?: unknown }>>
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
  /** The segment through which alone the rule asks an attribute. */
  segment(flag: string, index: number | null, attribute: string): string | undefined
}

export function namesOf(datafile: WrittenDatafile | undefined, environment?: string): Names {
  const rule = (flag: string, index: number): WrittenRule | undefined => {
    const written = datafile !== undefined && Object.hasOwn(datafile.flags, flag) ? datafile.flags[flag] : undefined
    const own = environment === undefined ? undefined : written?.environments?.[environment]?.rules
    return (own ?? written?.rules)?.[index]
  }
  /** Attributes a condition asks, each with the outermost segment it is asked through; `null` where it is asked in the open. */
  const asked = (node: unknown, through: string | null, found: [string, string | null][] = [], seen = new Set<string>()): [string, string | null][] => {
    if (typeof node !== 'object' || node === null) return found
    const { attribute, segment } = node as { attribute?: unknown; segment?: unknown }
    if (typeof attribute === 'string') found.push([attribute, through])
    if (typeof segment === 'string' && !seen.has(segment)) asked(datafile?.segments?.[segment]?.if, through ?? segment, found, new Set([...seen, segment]))
    for (const inner of Object.values(node)) asked(inner, through, found, seen)
    return found
  }
  return {
    segment(flag, index, attribute) {
      if (index === null) return undefined
      const ways = new Set(asked(rule(flag, index)?.if, null).flatMap(([name, through]) => (name === attribute ? [through] : [])))
      const [only] = ways
      return ways.size === 1 ? (only ?? undefined) : undefined
    },
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
