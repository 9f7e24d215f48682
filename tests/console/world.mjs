// The golden reports of the statistics, each as an experiment of its own, and the source files of the console as modules.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const built = join(root, 'build', 'console')
const golden = join(root, 'src', 'experiments', 'tests', 'golden')

/** File name → report, as the statistics wrote it. */
export async function goldenReports() {
  const files = (await readdir(golden)).filter((file) => file.endsWith('.json'))
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, JSON.parse(await readFile(join(golden, file), 'utf8'))])))
}

/** Experiments named after their state: `better`, `srm`, `three-arms`, … and `collecting`. */
export async function goldenWorld() {
  const reports = {}
  for (const [file, report] of Object.entries(await goldenReports())) {
    const key = file.replace(/^report-?/, '').replace('.json', '') || 'collecting'
    reports[key] = { ...report, experiment: key, name: `The ${key} one` }
  }
  return { reports }
}

export async function source(name) {
  const { module } = await runnerImport(join(root, 'www', 'src', name), { configFile: false, logLevel: 'error' })
  return module
}
