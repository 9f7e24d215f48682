import { NextResponse, type NextRequest } from 'next/server'
import { CART, readCart, subtotal, writeCart } from '@/lib/cart'
import { flags } from '@/lib/flags'
import { ORDER, writeOrder } from '@/lib/order'
import { shipping } from '@/lib/shipping'

/** Places the order, empties the cart and answers what was paid. */
export async function POST(req: NextRequest) {
  const cart = readCart(req.cookies.get(CART)?.value)
  if (cart.length === 0) return NextResponse.json({ error: 'the cart is empty' }, { status: 409 })
  const form = await req.formData()
  const id = `M-${crypto.randomUUID().slice(0, 8).toUpperCase()}`
  const name = String(form.get('name') ?? '').slice(0, 80)
  const goods = subtotal(cart)
  const cost = shipping(goods, await flags.getFlag('free-shipping-banner', req, false))

  const res = NextResponse.json({ id, cents: goods + cost }, { status: 201 })
  res.cookies.set(ORDER, writeOrder({ id, name, cart: writeCart(cart), shipping: cost }), { path: '/order', sameSite: 'lax', httpOnly: true })
  res.cookies.delete(CART)
  return res
}
