import { Art } from '@/components/art'
import { subtotal, type Line } from '@/lib/cart'
import { price } from '@/lib/products'
import { RemoveLine } from './remove-line'
import styles from './summary.module.css'

interface Props {
  cart: readonly Line[]
  shipping: number
  /** After the order there is nothing left to remove. */
  placed?: boolean
}

export function Summary({ cart, shipping, placed = false }: Props) {
  const goods = subtotal(cart)
  return (
    <div>
      <ul className={styles.lines}>
        {cart.map(({ product, quantity }) => (
          <li key={product.slug}>
            <div className={styles.picture} style={{ background: product.tint }}>
              <Art slug={product.slug} />
            </div>
            <div>
              <strong>{product.name}</strong>
              <p className="quiet">
                {product.kind}
                {quantity > 1 ? ` × ${quantity}` : ''}
              </p>
            </div>
            <span>{price(product.cents * quantity)}</span>
            {placed ? null : <RemoveLine slug={product.slug} name={product.name} />}
          </li>
        ))}
      </ul>
      <dl className={styles.sums}>
        <div>
          <dt>Goods</dt>
          <dd>{price(goods)}</dd>
        </div>
        <div>
          <dt>Shipping</dt>
          <dd>{shipping === 0 ? 'Free' : price(shipping)}</dd>
        </div>
        <div className={styles.total}>
          <dt>Total</dt>
          <dd>{price(goods + shipping)}</dd>
        </div>
      </dl>
    </div>
  )
}
