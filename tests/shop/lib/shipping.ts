/** From this subtotal on, parcels are free for visitors with `free-shipping-banner`. */
export const FREE_FROM = 60_00
const FLAT = 4_90

export function shipping(subtotal: number, freeShipping: boolean): number {
  if (subtotal === 0) return 0
  return freeShipping && subtotal >= FREE_FROM ? 0 : FLAT
}
