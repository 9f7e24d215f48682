/** Whether a path fits any of the patterns: `*` within a folder, `**` across folders, `{a,b}`. A bare name fits at any depth. */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.map(pattern => {
    const anchored = pattern.includes('/') ? pattern.replace(/^\.?\//, '') : `**/${pattern}`
    let depth = 0
    const source = anchored
      .replace(/\/$/, '/**')
      .replace(/[.+^$()|[\]\\]/g, '\\$&')
      .replace(/\*\*\/|\*\*|\*|\?|\{|\}|,/g, sign => {
        if (sign === '**/') return '(?:.*/)?'
        if (sign === '**') return '.*'
        if (sign === '*') return '[^/]*'
        if (sign === '?') return '[^/]'
        if (sign === ',') return depth > 0 ? '|' : ','
        depth += sign === '{' ? 1 : -1
        return sign === '{' ? '(?:' : ')'
      })
    return new RegExp(`^${source}(?:/.*)?$`)
  })
  return path => tests.some(test => test.test(path))
}
