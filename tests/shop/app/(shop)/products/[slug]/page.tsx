import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { addToCart } from '@/app/actions'
import { AddToCart } from '@/components/add-to-cart'
import { Art } from '@/components/art'
import { DeliveryEstimate } from '@/components/delivery-estimate'
import { findProduct, price } from '@/lib/products'
import styles from './product.module.css'

interface Props {
  params: Promise<{ slug: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const product = findProduct((await params).slug)
  return product ? { title: `${product.name}, ${product.kind.toLowerCase()}`, description: product.line } : {}
}

export default async function ProductPage({ params }: Props) {
  const product = findProduct((await params).slug)
  if (!product) notFound()
  return (
    <main>
      <nav aria-label="Where you are" className={styles.crumbs}>
        <Link href="/">Tools</Link> <span aria-hidden="true">/</span> {product.name}
      </nav>
      <div className={styles.layout}>
        <div className={styles.picture} style={{ background: product.tint }}>
          <Art slug={product.slug} label={`${product.name}, ${product.kind.toLowerCase()}`} />
        </div>
        <div>
          <p className="eyebrow">{product.kind}</p>
          <h1>{product.name}</h1>
          <p className={styles.line}>{product.line}</p>
          <p className={styles.price}>{price(product.cents)}</p>
          <AddToCart action={addToCart.bind(null, product.slug)} />
          <DeliveryEstimate cents={product.cents} />
          <p className={styles.story}>{product.story}</p>
          <dl className={styles.facts}>
            {product.facts.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
    </main>
  )
}
