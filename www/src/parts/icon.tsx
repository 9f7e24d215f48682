import type { ReactNode } from 'react'

// Drawn on a 16-unit grid with the text colour. Always beside words, so always hidden from assistive technology.
const SHAPES = {
  alarm: <path d="M8 2 15 14H1L8 2Zm0 4.500v3.500m0 1.800v.2" />,
  up: <path d="M8 13V3.500M4 7.500l4-4 4 4" />,
  down: <path d="M8 3v9.500M4 8.500l4 4 4-4" />,
  even: <path d="M3 6h10M3 10h10" />,
  busy: <path d="M8 2a6 6 0 1 0 6 6M8 5v3.200l2 1.300" />,
  idle: <path d="M8 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11Z" />,
  yes: <path d="m3 8.500 3.200 3.300L13 4.800" />,
  no: <path d="M4 4l8 8M12 4l-8 8" />,
  back: <path d="M9.500 3.500 5 8l4.500 4.500" />,
  offline: <path d="M2 2l12 12M3.500 9.500a6.500 6.500 0 0 1 3-2M1.500 6.800a9.500 9.500 0 0 1 3-2M8 13v.1M9.500 7.500a6.500 6.500 0 0 1 3 2M7 3.600a9.500 9.500 0 0 1 7.500 3.200" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  )
}

/** An interval over a zero line: the one picture this console is about. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 28 20" width="28" height="20" fill="none" stroke="currentColor" strokeWidth="1.800" strokeLinecap="round" aria-hidden="true">
      <path d="M6 1v18" strokeDasharray="2.500 2.900" opacity=".55" />
      <path d="M10.500 10H26M10.500 6v8M26 6v8" />
      <circle cx="18.200" cy="10" r="3.400" fill="var(--good)" stroke="none" />
    </svg>
  )
}
