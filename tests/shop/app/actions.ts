'use server'

import { cookies } from 'next/headers'
import { CART, pieces, readCart, withOneMore, without, writeCart } from '@/lib/cart'
import { findProduct } from '@/lib/products'

/** Answers how many pieces are in the cart now. */
export async function addToCart(slug: string): Promise<number> {
  const jar = await cookies()
  const cart = readCart(jar.get(CART)?.value)
  const product = findProduct(slug)
  if (!product) return pieces(cart)
  const fuller = withOneMore(cart, product)
  jar.set(CART, writeCart(fuller), { path: '/', sameSite: 'lax' })
  return pieces(fuller)
}

export async function removeFromCart(slug: string): Promise<void> {
  const jar = await cookies()
  jar.set(CART, writeCart(without(readCart(jar.get(CART)?.value), slug)), { path: '/', sameSite: 'lax' })
}
