import Link from 'next/link'
import styles from './site.module.css'

export function SiteFooter() {
  return (
    <footer className={styles.footer}>
      <div className={styles.feet}>
        <p>Morrow is a made-up shop that shows isoflag at work. Nothing is for sale and no payment is taken.</p>
        <Link href="/visitor" prefetch={false}>
          Shop as somebody else
        </Link>
      </div>
    </footer>
  )
}
