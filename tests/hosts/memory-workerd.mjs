import * as isoflag from 'isoflag'
import { watchMemory, work } from './memory-work.mjs'

// The engine is instantiated at first use, not by the import above.
const linear = watchMemory()
const state = {}
let programs

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('ready')
    const asked = await request.json()
    programs ??= asked.programs.map(base64 => Uint8Array.from(atob(base64), char => char.charCodeAt(0)))
    work(isoflag, programs, asked, state)
    return Response.json({ linear: linear() })
  },
}
