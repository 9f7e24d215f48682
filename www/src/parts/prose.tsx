import type { ReactNode } from 'react'

/** A sentence of the worker: what stands between backticks is a name somebody typed and keeps its spelling. */
export function Prose({ children }: { children: string }): ReactNode {
  return children.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}
