import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killRound } from '../../tools/prove/durability.mjs'
import { counts, daysAgo, event, exposure, oneExperiment, ownWorker, plan, seeded, startWorkerd } from './kit.mjs'

test('a restart keeps keys, documents, facts and numbers', async () => {
  const own = await ownWorker({ signs: true })
  try {
    const environment = await own.environment('production')
    const published = await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 }))
    const { run } = published.experiments[0]
    await environment.putExperiments(plan())
    const at = daysAgo(3)
    const facts = Array.from({ length: 40 }, (_, i) => [exposure(run, `v-${i}`, i % 2 ? 'control' : 'fresh', at), event('bought', `v-${i}`, at + i, { properties: { value: i } })]).flat()
    await environment.send(facts)
    const before = counts(await environment.report('checkout'))
    assert.equal(before.totals.orders.control, 20)
    await own.restart()
    assert.deepEqual(counts(await environment.report('checkout')), before)
    assert.deepEqual(await environment.send(facts), { accepted: 0, duplicates: 80, rejected: [] })
    assert.deepEqual(await environment.putDatafile(oneExperiment('checkout', { control: 50, fresh: 50 })), { ...published, unchanged: true })
  } finally {
    await own.close()
  }
})

test('what was acknowledged before a kill -9 is there after it', async () => {
  const own = await ownWorker({ signs: true })
  try {
    const random = seeded(7)
    for (let round = 0; round < 3; round++) {
      const { acknowledged, lost, twice } = await killRound(own, random, round)
      assert.ok(acknowledged > 0, 'the kill came after some batches were acknowledged')
      assert.deepEqual([lost, twice], [0, 0])
    }
  } finally {
    await own.close()
  }
})

test('a taken port is said so in one line', async () => {
  const own = await ownWorker()
  try {
    const { port } = own.server
    await assert.rejects(startWorkerd({ port, storage: `${own.folder}/second` }), { message: `port ${port} is taken; stop what listens there or choose another port` })
  } finally {
    await own.close()
  }
})
