// Text that comes as a stream, line by line, however much of it there is.

/** Hands over the whole lines of each piece that arrives, with the number of the first, counted from 1. */
export async function* lines(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly first: number; readonly lines: readonly string[] }> {
  const decoder = new TextDecoder()
  let first = 1
  // A line longer than a piece is kept in parts: adding to one text again and again would cost its square.
  let parts: string[] = []
  for await (const piece of input) {
    const text = decoder.decode(piece, { stream: true })
    const end = text.lastIndexOf('\n')
    if (end < 0) {
      parts.push(text)
      continue
    }
    const whole = (parts.join('') + text.slice(0, end)).split('\n')
    parts = [text.slice(end + 1)]
    yield { first, lines: whole }
    first += whole.length
  }
  const rest = parts.join('') + decoder.decode()
  if (rest !== '') yield { first, lines: [rest] }
}
