import { findProduct, type Product } from './products'

/** The cart is one cookie, so the first HTML already shows it: `heron-kettle:1.cove-dripper:2`. */
export const CART = 'cart'

export interface Line {
  readonly product: Product
  readonly quantity: number
}

const MOST = 9

export function readCart(cookie: string | undefined): Line[] {
  const lines: Line[] = []
  for (const part of (cookie ?? '').split('.')) {
    const [slug = '', count = ''] = part.split(':')
    const product = findProduct(slug)
    const quantity = Number(count)
    if (product && Number.isInteger(quantity) && quantity > 0) lines.push({ product, quantity: Math.min(quantity, MOST) })
  }
  return lines
}

export function writeCart(lines: readonly Line[]): string {
  return lines.map(line => `${line.product.slug}:${line.quantity}`).join('.')
}

export function withOneMore(lines: readonly Line[], product: Product): Line[] {
  const known = lines.some(line => line.product.slug === product.slug)
  if (!known) return [...lines, { product, quantity: 1 }]
  return lines.map(line =>
    line.product.slug === product.slug ? { product, quantity: Math.min(line.quantity + 1, MOST) } : line,
  )
}

export function without(lines: readonly Line[], slug: string): Line[] {
  return lines.filter(line => line.product.slug !== slug)
}

export function subtotal(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.product.cents * line.quantity, 0)
}

export function pieces(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0)
}
