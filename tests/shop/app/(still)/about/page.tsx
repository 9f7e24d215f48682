import type { Metadata } from 'next'
import Link from 'next/link'
import { SiteFooter } from '@/components/site-footer'
import { SiteHeader } from '@/components/site-header'
import styles from './about.module.css'

export const metadata: Metadata = { title: 'The workshop' }

/** Reads no flag, so it is prerendered and may sit in any cache: `next build` lists it as static. */
export default function AboutPage() {
  return (
    <>
      <SiteHeader />
      <main className={styles.page}>
        <p className="eyebrow">The workshop</p>
        <h1>We sell the screw.</h1>
        <p>
          Morrow began with a grinder that could not be mended: one worn seal, moulded into a body that was otherwise perfect. So we
          made our own, and kept the drawings.
        </p>
        <p>
          Today four of us make six tools in a former printing house. Each tool comes apart with one screwdriver. Each part has a
          number, a price and a place on the shelf.
        </p>
        <p>
          If something breaks, write to us. You will reach the person who built it.
        </p>
        <Link href="/" className="button">See the tools</Link>
      </main>
      <SiteFooter />
    </>
  )
}
