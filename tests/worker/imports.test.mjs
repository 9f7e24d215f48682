import { test } from 'node:test'
import { run as cookieCats } from '../../tools/prove/cookie-cats.mjs'
import { run as twice } from '../../tools/prove/twice.mjs'

// Short enough to be tests as well as proofs; both throw when a number is off.
test('real experiments, imported, give the numbers of their tables', () => cookieCats())
test('sending every batch twice changes no number', () => twice(['3000']))
