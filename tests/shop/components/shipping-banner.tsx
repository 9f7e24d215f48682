import { FREE_FROM } from '@/lib/shipping'
import { price } from '@/lib/products'
import styles from './shipping-banner.module.css'

/** Both variants take the same room: switching the flag on for everybody moves nothing on the page. */
export function ShippingBanner({ free }: { free: boolean }) {
  return (
    <p className={free ? `${styles.banner} ${styles.free}` : styles.banner} data-flag="free-shipping-banner" data-value={String(free)}>
      {free ? (
        <>
          <strong>Free shipping</strong> on orders from {price(FREE_FROM)}
        </>
      ) : (
        <>Shipped in two days, in paper and string</>
      )}
    </p>
  )
}
