/** The last order, in a cookie only the server reads. A real shop has a database here. */
export const ORDER = 'order'

export interface Order {
  readonly id: string
  readonly name: string
  /** What was bought, written as the cart cookie is. */
  readonly cart: string
  readonly shipping: number
}

export function writeOrder(order: Order): string {
  return JSON.stringify([order.id, order.name, order.cart, order.shipping])
}

export function readOrder(cookie: string | undefined): Order | null {
  try {
    const [id, name, cart, shipping] = JSON.parse(cookie ?? '') as unknown[]
    if (typeof id !== 'string' || typeof name !== 'string' || typeof cart !== 'string' || typeof shipping !== 'number') return null
    return { id, name, cart, shipping }
  } catch {
    return null
  }
}
