/** Waits for something, but only so long. */
export function within(ms: number, something: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout>
  const over = new Promise(done => (timer = setTimeout(done, ms)))
  return Promise.race([something, over]).finally(() => clearTimeout(timer))
}
