// One way to a real Chromium for every test, proof and screenshot.
//
// The order is: what the person asked for (ISOFLAG_CHROMIUM), what the machine has, what Playwright has installed, and at last
// the build inside `@sparticuz/chromium`, which brings its own libraries and so works in a bare container.
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const run = promisify(execFile)

// Nothing here weakens the web platform under test: same-origin rules, CORS and site isolation stay as users have them.
// The sandbox is off because tests often run as root in containers, and only ever open pages of this repository.
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none']

// The package's own font list names four fixed folders; where none of them exists every page is blank, without an error.
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/**
 * Launches a headless Chromium and resolves to Playwright's `Browser`. Close it when done.
 * `options` are Playwright's launch options; `args` are added to ours.
 */
export async function launchChromium(options = {}) {
  const { args = [], ...rest } = options
  const failures = []
  for (const candidate of candidates()) {
    try {
      const { executablePath, env } = await candidate.find()
      return await chromium.launch({ headless: true, ...rest, args: [...ARGS, ...args], ...(executablePath && { executablePath }), env: { ...process.env, ...env, ...rest.env } })
    } catch (error) {
      failures.push(`${candidate.name}: ${String(error?.message ?? error).split('\n')[0]}`)
    }
  }
  throw new Error(`no Chromium could be started; install one (\`apt-get install chromium\`, or \`npx playwright-core install chromium\`) or set ISOFLAG_CHROMIUM to its path\n  ${failures.join('\n  ')}`)
}

function candidates() {
  const asked = process.env.ISOFLAG_CHROMIUM
  // A path somebody asked for is used or fails; silently testing another browser would be a lie.
  if (asked) return [{ name: `ISOFLAG_CHROMIUM=\`${asked}\``, find: async () => ({ executablePath: asked }) }]
  const system = systemChromium()
  return [
    ...(system ? [{ name: system, find: async () => ({ executablePath: system }) }] : []),
    { name: 'playwright', find: async () => ({}) },
    { name: '@sparticuz/chromium', find: unpacked },
  ]
}

function systemChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const paths = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  paths.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium')
  return paths.find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

// The package unpacks into a fixed place under TMPDIR and takes a half-written file for a finished one, so two test files
// starting together break each other. Here it unpacks into a folder of its own, which is then moved into place whole.
async function unpacked() {
  if (process.platform !== 'linux') throw new Error('only made for linux')
  const manifest = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', 'package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8'))
  const cache = join(root, 'node_modules', '.cache')
  const home = join(cache, `isoflag-chromium-${version}`)
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true })
    const staging = await mkdtemp(join(cache, 'chromium-'))
    const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath()'
    // AWS_LAMBDA_JS_RUNTIME is how the package is told to unpack the libraries (nss, nspr) a bare container lacks.
    await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env: { ...process.env, TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' } })
    await writeFile(join(staging, 'fonts', 'fonts.conf'), FONTS)
    await rename(staging, home).catch(async (error) => {
      await rm(staging, { recursive: true, force: true })
      if (!existsSync(home)) throw error // otherwise another process was faster, and its copy is as good
    })
  }
  const libraries = [join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter)
  return { executablePath: join(home, 'chromium'), env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(home, 'fonts') } }
}
