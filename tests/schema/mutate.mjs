// Every datafile that is one slip away from a given one.

/** What a value may be mistaken for. */
const OTHERS = [null, true, -1, 1e300, '', 'x', [], ['x', 'x'], {}, { x: 1 }]

/** Yields each slip: what was done where, and the datafile after it. */
export function* slips(datafile) {
  for (const path of paths(datafile)) {
    const key = path.at(-1)
    const at = `$${path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}`
    for (const other of OTHERS) yield [`${at} becomes ${JSON.stringify(other)}`, edited(datafile, path, parent => void (parent[key] = other))]
    yield [
      `${at} is left out`,
      edited(datafile, path, parent => (Array.isArray(parent) ? parent.splice(key, 1) : delete parent[key])),
    ]
    if (typeof key === 'string') {
      yield [`${at} is misspelt`, edited(datafile, path, parent => {
        parent[`${key}x`] = parent[key]
        delete parent[key]
      })]
      yield [`${at} has a neighbour nobody knows`, edited(datafile, path, parent => void (parent.strange = parent[key]))]
    } else yield [`${at} stands twice`, edited(datafile, path, parent => parent.splice(key, 0, parent[key]))]
  }
}

function* paths(value, path = []) {
  if (path.length) yield path
  if (value === null || typeof value !== 'object') return
  for (const key of Object.keys(value)) yield* paths(value[key], [...path, Array.isArray(value) ? Number(key) : key])
}

function edited(datafile, path, edit) {
  const copy = structuredClone(datafile)
  edit(path.slice(0, -1).reduce((value, key) => value[key], copy))
  return copy
}
