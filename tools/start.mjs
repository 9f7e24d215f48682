// npm start: the worker with its ledger on disk, the console, and the example shop, on this machine.
//   npm start                          starts; Ctrl-C stops; the data stays in .isoflag
//   npm start -- --visitors 20000      also sends simulated visitors
//   npm start -- --port 8787 --shop-port 3000

import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from './lib/run.mjs'
import { root, setup } from './setup.mjs'

const HELP = `npm start -- [--visitors N] [--port 8787] [--shop-port 3000]

  --visitors N    sends N simulated visitors, spread over twelve days
  --port P        where the worker and the console listen (8787)
  --shop-port P   where the example shop listens (3000)

The data is kept in .isoflag; remove that folder to begin anew.`

function options() {
  const number = { type: 'string' }
  const { values } = parseArgs({ options: { visitors: number, port: number, 'shop-port': number, help: { type: 'boolean', short: 'h' } } })
  const whole = (name, fallback, most) => {
    const value = values[name] === undefined ? fallback : Number(values[name])
    if (!Number.isInteger(value) || value < 0 || value > most) throw new Error(`--${name} takes a whole number from 0 to ${most}, not ${values[name]}`)
    return value
  }
  return { help: values.help, visitors: whole('visitors', 0, 10_000_000), port: whole('port', 8787, 65_535), shopPort: whole('shop-port', 3000, 65_535) }
}

function mustBeFree(port, option) {
  return new Promise((free, taken) => {
    const probe = createServer()
    probe.once('error', error => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`
      taken(new Error(`port ${port} ${why}, stop what uses it or choose another: npm start -- ${option} ${port + 1}`))
    })
    probe.listen(port, '127.0.0.1', () => probe.close(free))
  })
}

function bar(done, all) {
  const width = 30
  const full = Math.round((done / all) * width)
  const line = `visitors ${'█'.repeat(full)}${'░'.repeat(width - full)} ${done.toLocaleString('en')} of ${all.toLocaleString('en')}`
  if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === all ? '\n' : ''}`)
  else if (done === all || Math.floor((done / all) * 10) > Math.floor(((done - 100) / all) * 10)) console.log(line)
}

async function main() {
  const { help, visitors, port, shopPort } = options()
  if (help) return console.log(HELP)
  await mustBeFree(port, '--port')
  await mustBeFree(shopPort, '--shop-port')
  await setup()
  const { build } = await import('./build.mjs')
  await build(['worker', 'console', 'shop'])

  const { publish, startLedger } = await import('./lib/ledger.mjs')
  const { startShop } = await import('./lib/shop.mjs')
  const running = []
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    console.log('\nstopping …')
    for (const part of running.reverse()) await part()
    console.log('stopped; the data is in .isoflag')
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop().then(() => process.exit(0), fail))

  try {
    const ledger = await startLedger({ home: join(root, '.isoflag'), port, assets: join(root, 'build', 'console') })
    running.push(ledger.stop)
    ledger.ended.then(how => stopping || fail(new Error(`the worker ended by itself: ${how}`)))
    await publish(ledger, join(root, 'tests', 'shop', 'flags'))
    const env = { ISOFLAG_URL: ledger.url, ISOFLAG_SERVER_KEY: ledger.keys.server, ISOFLAG_CLIENT_KEY: ledger.keys.client }
    const shop = await startShop({ app: join(root, 'tests', 'shop'), port: shopPort, env })
    running.push(shop.close)
    if (visitors > 0) {
      const { simulate } = await import('./simulate.mjs')
      const from = Date.now()
      const counts = await simulate(ledger, visitors, { progress: done => bar(done, visitors) })
      console.log(`${counts.accepted.toLocaleString('en')} exposures and events accepted in ${((Date.now() - from) / 1000).toFixed(1)} s`)
    }
    console.log(`
  shop      ${shop.url}
  console   ${ledger.url}/#key=${ledger.keys.server}
  worker    ${ledger.url}

The keys are in .isoflag/keys.json. Ctrl-C stops.`)
  } catch (error) {
    await stop()
    throw error
  }
}

main().catch(fail)
