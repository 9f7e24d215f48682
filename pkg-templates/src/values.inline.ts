// Values alone where nothing has to be fetched: two engines travel inside the JavaScript, and the slim one, which decides what
// most flags need, is all that a cold start pays for.

import full from 'engine:full'
import slim from 'engine:slim'
import { type Host, hostOf } from './engine/host.ts'
import { inlined } from './engine/inline.ts'
import { needsOf, open } from './engine/open.ts'
import { Served } from './engine/served.ts'
import type { Values } from './types.ts'

const hosts = new Map<string, Host>()

function hostFor(needs: number): Host {
  const engine = needs === 0 ? slim : full
  const host = hosts.get(engine) ?? hostOf(new WebAssembly.Instance(inlined(engine), {}))
  hosts.set(engine, host)
  return host
}

export async function loadValues(bytes: Uint8Array): Promise<Values> {
  return new Served(open(hostFor(needsOf(bytes)), bytes))
}
