// Names of attributes, flags, variants and units, harmless and otherwise.

/** Attributes by the kind of value they usually hold. A dotted name is one attribute or a walk through objects. */
export const ATTRIBUTES = [
  { name: 'internal', kind: 'boolean' },
  { name: '__proto__', kind: 'boolean' },
  { name: 'plan', kind: 'string' },
  { name: 'country', kind: 'string' },
  { name: 'constructor', kind: 'string' },
  { name: 'user.plan', kind: 'string' },
  { name: 'Ümläut 😀', kind: 'string' },
  { name: 'age', kind: 'number' },
  { name: 'a.b.c', kind: 'number' },
  { name: 'toString', kind: 'number' },
  { name: 'tags', kind: 'list' },
  { name: 'tags.0', kind: 'string' },
  { name: 'tags.length', kind: 'number' },
  { name: 'user.__proto__', kind: 'list' },
  { name: 'app', kind: 'version' },
  { name: 'device.os', kind: 'version' },
  { name: 'signup', kind: 'date' },
  { name: 'user.seen', kind: 'date' },
  { name: 'ip', kind: 'ip' },
  { name: 'hasOwnProperty', kind: 'ip' },
]

export const UNITS = ['visitorId', 'userId', 'account.id', 'deviceId', '\u00fcnit']

export const FLAGS = ['checkout', 'new-ui', '__proto__', 'constructor', 'a.b', 'ключ', '😀', 'with space', 'toString', 'F', 'f', 'valueOf', 'nested.flag.key', '0', '-', 'hasOwnProperty']

export const VARIANTS = ['control', 'treatment', 'on', 'off', '__proto__', 'constructor', 'é', 'third', '0', 'A', 'a']

export const ENVIRONMENTS = ['production', 'staging', '__proto__']

export const SEGMENTS = ['staff', 'europe', 'constructor', 'beta testers']

/** Ids that lists force and contexts have. */
export const IDS = ['user-42', 'user-43', '42', '0', '-7', '9007199254740991', '😀', 'a\u0000b', '\ufffd', ' ', 'é', 'e\u0301', 'x'.repeat(300), '__proto__']
