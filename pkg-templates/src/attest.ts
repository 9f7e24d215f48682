// The server's word for an exposure. What was decided here, under the rules of this server and with all it knows, is signed
// here; the browser carries the signature to the worker, which can then tell an exposure from one that was made up.
//
//   tag = first 16 bytes of HMAC-SHA256(key of the environment, parts), base64url
//   parts = environment, experiment, run, unit type, unit, variant; each behind its length in UTF-8 bytes, u32 little endian

import { bearer } from './bearer.ts'
import type { Host } from './client.ts'
import { messageOf } from './errors.ts'
import type { Exposure, Fetch } from './types.ts'

export interface AttestationKey {
  readonly environment: string
  readonly secret: Uint8Array<ArrayBuffer>
}

export interface AttestationOptions {
  readonly url: string
  readonly key: string
  readonly timeoutSeconds?: number
  readonly fetch?: Fetch
  readonly onError: (error: Error) => void
}

/** After a failure nothing is tried for this long; exposures go on as they were signed, or unsigned and judged by their split. */
const PAUSE_MS = 60_000
/** A key this old is asked for again: it may have been replaced. The worker believes the one before for long enough. */
const FRESH_MS = 300_000

/** Where the key of the environment comes from. */
export interface Attestation {
  /**
   * The key, `undefined` where it cannot be had; the first time it is waited for, later a new one comes in the background, which
   * `host` keeps alive. Never rejects.
   */
  ready(host?: Host): Promise<AttestationKey | undefined>
  /** The key if it is here. */
  key(): AttestationKey | undefined
}

const encoder = new TextEncoder()

/** Keeps the key for signing. Only servers may fetch it: with a client key there is none, and nothing is asked. */
export function createAttestation(options: AttestationOptions): Attestation {
  let known: AttestationKey | undefined
  let notBefore = options.url && options.key?.startsWith('iso_server_') ? 0 : Infinity

  async function ask(): Promise<void> {
    let answered = false
    const endpoint = options.url.replace(/\/+$/, '') + '/v1/attestation-key'
    // Meanwhile nobody else asks, unless there is nothing yet.
    if (known !== undefined) notBefore = Date.now() + PAUSE_MS
    try {
      const response = await ((options.fetch ?? fetch) as Fetch)(endpoint, {
        headers: { authorization: bearer(options.key) },
        signal: AbortSignal.timeout((options.timeoutSeconds ?? 3) * 1000),
      })
      answered = true
      if (!response.ok) throw new Error(`answered ${response.status}`)
      const { environment, key } = JSON.parse(await response.text()) as { environment: string; key: string }
      known = { environment, secret: Uint8Array.from(key.match(/../g) ?? [], pair => parseInt(pair, 16)) }
      notBefore = Date.now() + FRESH_MS
    } catch (error) {
      notBefore = Date.now() + PAUSE_MS
      // A worker that is away is told about where the program is fetched.
      if (answered) options.onError(new Error(`${known === undefined ? 'exposures are not signed for now' : 'exposures are signed with the key known so far'}: \`${endpoint}\`: ${messageOf(error)}`))
    }
  }

  return {
    key: () => known,
    // Nothing is shared between requests that wait: on workerd a fetch dies with the request that made it.
    async ready(host) {
      if (Date.now() < notBefore) return known
      const asked = ask()
      if (known === undefined) await asked
      else host?.waitUntil(asked)
      return known
    },
  }
}

/** What is signed of an exposure. */
export function signedBytes(environment: string, exposure: Exposure): Uint8Array<ArrayBuffer> {
  const { experiment, run, unitType, unit, variant } = exposure
  const parts = [environment, experiment, run, unitType, unit, variant].map(part => encoder.encode(part))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const part of parts) {
    view.setUint32(at, part.length, true)
    bytes.set(part, at + 4)
    at += 4 + part.length
  }
  return bytes
}

/** A signature as it travels: 128 bits in 22 letters. */
export function tagOf(signature: Uint8Array): string {
  const text = btoa(String.fromCharCode(...signature.subarray(0, 16)))
  return text.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22)
}
