import Link from 'next/link'
import styles from './site.module.css'

export function SiteHeader({ pieces }: { pieces?: number }) {
  return (
    <header className={styles.header}>
      <div className={styles.bar}>
        <Link href="/" className={styles.brand}>
          <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
            <rect width="32" height="32" rx="9" fill="#a8481f" />
            <path d="M7 22V10l9 8 9-8v12" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinejoin="round" strokeLinecap="round" />
          </svg>
          Morrow
        </Link>
        <nav aria-label="Shop" className={styles.nav}>
          <Link href="/#tools">Tools</Link>
          <Link href="/pricing">For cafés</Link>
          <Link href="/about">Workshop</Link>
        </nav>
        <Link href="/checkout" className={styles.cart}>
          Cart{pieces ? <span className={styles.count}>{pieces}</span> : null}
        </Link>
      </div>
    </header>
  )
}
