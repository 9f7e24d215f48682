import Link from 'next/link'
import { SiteHeader } from '@/components/site-header'

export default function NotFound() {
  return (
    <>
      <SiteHeader />
      <main style={{ display: 'grid', justifyItems: 'center', alignContent: 'center', gap: 16, minHeight: '60vh', textAlign: 'center' }}>
        <h1>Nothing on this shelf</h1>
        <p className="quiet">The page you asked for is not here.</p>
        <Link href="/" className="button">See the tools</Link>
      </main>
    </>
  )
}
