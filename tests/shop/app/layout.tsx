import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Morrow — coffee tools, made to be repaired', template: '%s · Morrow' },
  description: 'Kettles, grinders, drippers and scales from a small workshop. Every part is sold on its own.',
  icons: { icon: '/icon.svg' },
}

export const viewport: Viewport = { themeColor: '#faf7f2' }

/** Reads no header and no cookie: pages outside the `(shop)` group stay static. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
