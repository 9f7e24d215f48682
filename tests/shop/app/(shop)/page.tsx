import Link from 'next/link'
import { Art, Shelf } from '@/components/art'
import { ShippingBanner } from '@/components/shipping-banner'
import { flag } from '@/lib/decided'
import { price, products } from '@/lib/products'
import styles from './home.module.css'

export default async function Home() {
  const freeShipping = await flag('free-shipping-banner', false)
  return (
    <main>
      <ShippingBanner free={freeShipping} />
      <section className={styles.hero}>
        <div>
          <p className="eyebrow">Workshop in Leipzig, since 2014</p>
          <h1>Coffee tools, made to be repaired.</h1>
          <p className={styles.lead}>
            Six things you need for a good cup, and every screw, burr and seal of them sold on its own.
          </p>
          <div className={styles.actions}>
            <Link href="/#tools" className="button">See the tools</Link>
            <Link href="/about" className="button plain">How we work</Link>
          </div>
        </div>
        <div className={styles.shelf}>
          <Shelf />
        </div>
      </section>
      <section id="tools" aria-labelledby="tools-title">
        <h2 id="tools-title">The tools</h2>
        <ul className={styles.grid}>
          {products.map(product => (
            <li key={product.slug}>
              <Link href={`/products/${product.slug}`} className={styles.product}>
                <div className={styles.picture} style={{ background: product.tint }}>
                  <Art slug={product.slug} />
                </div>
                <div className={styles.row}>
                  <h3>{product.name}</h3>
                  <span>{price(product.cents)}</span>
                </div>
                <p className="quiet">{product.kind}</p>
              </Link>
            </li>
          ))}
        </ul>
      </section>
      <section className={styles.promise} aria-label="What we promise">
        {promises.map(([title, text]) => (
          <div key={title}>
            <h3>{title}</h3>
            <p className="quiet">{text}</p>
          </div>
        ))}
      </section>
    </main>
  )
}

const promises = [
  ['Ten years of parts', 'If we stop making a part, its drawing goes online for free.'],
  ['Thirty days of coffee', 'Brew with it for a month. Send it back with the stains on.'],
  ['One repair bench', 'Write to the person who will hold the screwdriver.'],
] as const
