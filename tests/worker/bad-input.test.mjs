import { test } from 'node:test'
import { run } from '../../tools/prove/bad-input.mjs'

// The proof is long; its first few hundred batches are a test. It throws at the first answer that is not as it should be.
test('bad input costs the events that are bad', () => run(['600', '7']))
