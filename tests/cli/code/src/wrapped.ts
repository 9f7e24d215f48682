import type { Client, Program } from 'isoflag'
import { createClient } from 'isoflag'
import { useFlag } from 'isoflag/react'

const client = createClient({ url: '', key: '' })
export let late: ReturnType<typeof createClient> | undefined

export function useBoolean(key: string, fallback = false) {
  return useFlag(key, fallback)
}
export const useBoth = (first: string, second = 'banner') => [useBoolean(first), useBoolean(second)] // reads banner
export const useOption = ({ flag, fallback }: { flag: string; fallback: boolean }) => useFlag(flag, fallback)

export class FlagService {
  #later: Client | undefined
  constructor(private readonly inner: Client) {}

  async get(key: string, context = {}) {
    return (await this.inner.ready()).decide(key, context).value
  }
  start() {
    this.#later = client
    return this.#later.program()?.decide('limit', {}) // reads limit
  }
  static of(program: Program, key: string) {
    return program.decide(key, {})
  }
}
export class Special extends FlagService {
  special = (name: string) => this.get(`${name}`)
}
export class One {
  constructor(private readonly key: string) {}
  value = () => client.program()?.decide(this.key, {})
}
export const service = new FlagService(client)

export function makeFlags(inner: Client) {
  return {
    isOn: (key: string) => inner.program()?.decide(key, {}).value === true,
    async all() {
      const decided = (await inner.ready()).decideAll({})
      return [decided.banner, decided['checkout'], decided[String(Math.random())]] // reads banner, reads checkout, dynamic
    },
  }
}
export const flags = makeFlags(client)
export const loose = (anything: any, key: string) => anything.decide(key, {})
