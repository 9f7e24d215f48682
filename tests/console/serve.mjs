// The built console and a worker made of fixtures, on one loopback origin, as the real worker serves them.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
export const KEY = 'iso_admin_production_0123456789abcdefghijABCDEFGHIJ01'

/**
 * `world` is read at every request, so a test changes it and watches the console follow:
 * `reports` (by experiment key), `down` (the worker hangs up), `refuse` (a status every request gets),
 * `counting` (units that are yet to be counted).
 */
export async function serve(files, world) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost')
    if (url.pathname.startsWith('/v1/')) return api(url, request, response, world)
    const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1)
    try {
      const body = await readFile(join(files, name))
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(world.port ?? 0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  }
}

function api(url, request, response, world) {
  if (world.down) return void request.socket.destroy()
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const error = (status, code, message) => answer(status, { error: { code, message } })
  if (world.refuse) return error(world.refuse, 'internal', 'the ledger is not reachable')
  if (request.headers.authorization !== `Bearer ${KEY}`) return error(401, 'unauthorized', 'this key is not known')
  if (url.pathname === '/v1/experiments') return answer(200, { experiments: Object.values(world.reports).map((report) => listed(report, world)), planned: world.planned ?? [] })
  if (world.counting) return error(503, 'counting', `still counting: ${world.counting} units are left; what was counted is kept, ask again in a second`)
  const key = decodeURIComponent(/^\/v1\/experiments\/([^/]+)\/report$/.exec(url.pathname)?.[1] ?? '')
  const report = world.reports[key]
  const run = url.searchParams.get('run')
  if (!report || (run && !runsOf(report, world).some((one) => one.run === run))) return error(404, 'not_found', `no experiment \`${key}\` with this run`)
  return answer(200, run ? { ...report, run } : report)
}

const runsOf = (report, world) => [{ run: report.run, openedAt: report.openedAt, closedAt: null }, ...(world.olderRuns ?? [])]

function listed(report, world) {
  return {
    experiment: report.experiment,
    name: report.name,
    run: report.run,
    runs: runsOf(report, world),
    control: report.control,
    arms: report.units.arms.map((arm) => arm.variant),
    state: report.verdict.state,
    headline: report.verdict.headline,
    mayStop: report.verdict.mayStop,
    units: report.units.total,
    days: report.days,
    srmAlarm: report.srm.alarm,
  }
}
