// Certificates for tests: an authority of one's own and what it signs, written as DER by hand, so that nothing but Node is needed.

import { generateKeyPairSync, sign } from 'node:crypto'

const tagged = (tag, ...parts) => {
  const body = Buffer.concat(parts)
  // The shortest form, as DER wants it.
  const size = body.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts) => tagged(0x30, ...parts)
const oid = hex => tagged(0x06, Buffer.from(hex, 'hex'))
const integer = value => tagged(0x02, Buffer.from([value]))
const bits = body => tagged(0x03, Buffer.from([0]), body)
const octets = body => tagged(0x04, body)
const TRUE = tagged(0x01, Buffer.from([0xff]))

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))
const name = text => sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(text)))))
const time = at => tagged(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')))
const AUTHORITY = sequence(oid('551d13'), TRUE, octets(sequence(TRUE)))
const names = hosts => sequence(oid('551d11'), octets(sequence(...hosts.map(host => tagged(0x82, Buffer.from(host))))))

const pem = (label, der) => `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

let serial = 0
function certify({ subject, key, issuer, signer, extension, from, until }) {
  const body = sequence(
    tagged(0xa0, integer(2)), integer(++serial), ECDSA_SHA256, name(issuer), sequence(time(from), time(until)), name(subject),
    key.export({ type: 'spki', format: 'der' }), tagged(0xa3, sequence(extension)),
  )
  return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bits(sign('sha256', body, signer))))
}

/** An authority: its own `certificate`, and `issue`, which answers `{ certificate, key }` for host names. All of it is PEM. */
export function makeAuthority(subject = 'isoflag tests') {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [yesterday, tomorrow] = [Date.now() - 86_400_000, Date.now() + 86_400_000]
  const by = { issuer: subject, signer: own.privateKey, from: yesterday, until: tomorrow }
  return {
    certificate: certify({ ...by, subject, key: own.publicKey, extension: AUTHORITY }),
    issue: (hosts, { until = tomorrow } = {}) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const certificate = certify({ ...by, until, subject: hosts[0], key: publicKey, extension: names(hosts) })
      return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
    },
  }
}
