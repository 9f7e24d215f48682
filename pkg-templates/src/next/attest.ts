import { type Attestation, type AttestationKey, signedBytes, tagOf } from '../attest.ts'
import { put } from '../record.ts'
import type { Snapshot, SnapshotDecision } from '../types.ts'

/** Signs the exposures of a snapshot, by WebCrypto, which every edge has. The decisions and their digest stay as they are. */
export async function attested(snapshot: Snapshot, attestation: Attestation): Promise<Snapshot> {
  const key = attestation.key()
  if (key === undefined || !Object.values(snapshot.decisions).some(({ exposure }) => exposure !== null)) return snapshot
  const hmac = await imported(key)
  const decisions: Record<string, SnapshotDecision> = {}
  await Promise.all(
    Object.entries(snapshot.decisions).map(async ([flag, decision]) => {
      // Kept first, so that the order stays.
      put(decisions, flag, decision)
      const { exposure } = decision
      if (exposure === null) return
      const signature = await crypto.subtle.sign('HMAC', hmac, signedBytes(key.environment, exposure))
      put(decisions, flag, { ...decision, exposure: { ...exposure, attestation: tagOf(new Uint8Array(signature)) } })
    }),
  )
  return { ...snapshot, decisions }
}

let last: { readonly of: AttestationKey; readonly hmac: CryptoKey } | undefined

async function imported(key: AttestationKey): Promise<CryptoKey> {
  if (last?.of === key) return last.hmac
  const hmac = await crypto.subtle.importKey('raw', key.secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  last = { of: key, hmac }
  return hmac
}
