// PostgreSQL over TLS: a real server with a certificate of an authority of our own, and what its address asks for.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { makeAuthority } from '../../tools/lib/certificate.mjs'
import { DAY, daysAgo, event, ownWorker, request, sinksOf, startPostgres, until } from './kit.mjs'

const authority = makeAuthority()
const valid = authority.issue(['localhost'])
// Comes over TLS and with SCRAM or not at all, as services that are managed have it.
const walled = { user: 'walled', password: 'of its own' }
let db

before(async () => {
  db = await startPostgres({ tls: valid })
  const folder = new URL('../../src/worker/src/sinks/postgres/', import.meta.url)
  for (const file of (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()) await db.query(await readFile(new URL(file, folder), 'utf8'))
  // The server itself notes over what each event came.
  await db.query(`
    CREATE TABLE seen (id text, tls boolean);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO public.seen SELECT new.id, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid(); RETURN new; END $$;
    CREATE TRIGGER note AFTER INSERT ON isoflag.events FOR EACH ROW EXECUTE FUNCTION note();
    CREATE ROLE walled LOGIN SUPERUSER PASSWORD '${walled.password}';
    CREATE ROLE nobody LOGIN PASSWORD 'x'`)
  await db.admit('hostnossl all walled all reject\nhostssl all walled all scram-sha-256\nhost all nobody all reject')
  await again()
})
after(() => db?.close())

/** The server with what it was given meanwhile. */
async function again() {
  await db.stop()
  await db.start()
}

function address({ host = 'localhost', user, password, parameters = '' } = {}) {
  const url = new URL(db.url)
  return Object.assign(url, { hostname: host, username: user ?? url.username, password: password ?? url.password, search: parameters }).href
}

/** What became of an event on its way to an address: what the sink says, and whether it came over TLS, if it came. */
async function deliver(url, trusted = [authority.certificate]) {
  let said = ''
  const worker = await ownWorker({ vars: { ISOFLAG_POSTGRES_URL: url }, trusted, log: text => (said += text) })
  try {
    const environment = await worker.environment('production')
    const fact = event('bought', 'v', daysAgo(2))
    await environment.send([fact])
    const [sink] = await until(() => sinksOf(environment, request), ([one]) => one.lag === 0 || one.failing > 0)
    const { password } = new URL(url)
    for (const secret of [password, decodeURIComponent(password)]) assert.ok(!`${said}${JSON.stringify(sink)}`.includes(secret))
    const [came] = await db.query('SELECT tls FROM seen WHERE id = $1', [fact.id])
    assert.equal(came !== undefined, sink.lag === 0)
    return { error: sink.error, tls: came?.tls }
  } finally {
    await worker.close()
  }
}

async function refused(url, why, trusted) {
  const { error, tls } = await deliver(url, trusted)
  assert.match(error, why)
  assert.deepEqual([tls, error.includes('\n')], [undefined, false])
}

const HANDSHAKE = /^the TLS handshake with postgresql failed; its certificate has to be/

test('over TLS where the address asks for it or the server has it, and in plain where it says so', async () => {
  for (const [parameters, tls] of [['?sslmode=require', true], ['?sslmode=verify-full&sslrootcert=system', true], ['?sslmode=verify-ca', true], ['?sslmode=prefer', true], ['', true], ['?sslmode=disable', false]]) {
    assert.deepEqual(await deliver(address({ parameters })), { error: null, tls }, parameters)
  }
  assert.deepEqual(await deliver(address({ ...walled, parameters: '?sslmode=require' })), { error: null, tls: true })
})

test('a certificate of nobody known, for another name, or past its time is refused, and nothing goes in plain instead', async () => {
  for (const parameters of ['?sslmode=require', '?sslmode=verify-full', '?sslmode=prefer']) await refused(address({ parameters }), HANDSHAKE, [])
  await refused(address({ host: '127.0.0.1', parameters: '?sslmode=require' }), HANDSHAKE)
  await db.certify(authority.issue(['localhost'], { until: Date.now() - DAY / 2 }))
  await again()
  await refused(address({ parameters: '?sslmode=require' }), HANDSHAKE)
  await db.certify(valid)
  await again()
})

test('who is not let in is told why', async () => {
  const parameters = '?sslmode=require'
  await refused(address({ password: 'not-this-one', parameters }), /^postgresql says 28P01: the user or the password of the address is wrong$/)
  await refused(address({ ...walled, password: 'nor this', parameters }), /^postgresql says 28P01: the user or the password/)
  await refused(address({ ...walled, parameters: '?sslmode=disable' }), /^postgresql says 28000: it takes nobody without encryption; write sslmode=require/)
  await refused(address({ user: 'nobody', password: 'no-matter', parameters }), /^postgresql says 28000: it does not take this user from here; see its pg_hba.conf$/)
  await refused(address({ ...walled, parameters: '?channel_binding=require' }), /channel binding, which this runtime does not have; take channel_binding=require out/)
  await refused(address({ parameters: '?sslmode=allow' }), /^the sslmode in the address of postgresql is not one of/)
})

test('a server without TLS is refused, or taken as it is where TLS is only preferred', async () => {
  await db.query('ALTER SYSTEM SET ssl = off')
  await again()
  for (const parameters of ['?sslmode=require', '?sslmode=verify-full']) await refused(address({ parameters }), /^postgresql does not speak TLS, which the address asks for/)
  assert.deepEqual(await deliver(address({ parameters: '?sslmode=prefer' })), { error: null, tls: false })
})

test('who says yes to TLS and then does not speak it is no server of ours', async () => {
  for (const [answer, why] of [['S', HANDSHAKE], ['Sand more', HANDSHAKE], ['', /^postgresql cannot be reached$/]]) {
    const heard = []
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', first => {
        heard.push(first)
        if (!answer) return socket.destroy()
        socket.write(answer)
        socket.once('data', hello => {
          heard.push(hello)
          socket.end('this is not TLS')
        })
      })
    })
    await new Promise(done => server.listen(0, '127.0.0.1', done))
    try {
      const url = Object.assign(new URL('postgres://ada:a-secret@localhost/facts?sslmode=require'), { port: server.address().port }).href
      await refused(url, why)
      const [asked, hello] = heard
      assert.equal(asked.toString('hex'), '0000000804d2162f')
      // A TLS record of a handshake, and the name in it: servers behind one address tell each other apart by that.
      if (answer) assert.deepEqual([hello[0], hello.includes('localhost')], [22, true])
    } finally {
      server.close()
    }
  }
})
