export interface Plan {
  readonly key: 'home' | 'pro' | 'enterprise'
  readonly name: string
  readonly for: string
  readonly euros: number
  readonly per: string
  readonly popular: boolean
}

export const plans: readonly Plan[] = [
  { key: 'home', name: 'Home', for: 'For one kitchen', euros: 0, per: 'forever', popular: false },
  { key: 'pro', name: 'Pro', for: 'For a café with one bar', euros: 24, per: 'a month', popular: true },
  { key: 'enterprise', name: 'Enterprise', for: 'For roasters and many bars', euros: 96, per: 'a month', popular: false },
]

/** One row of the comparison: what it is, then the answer for each plan in the order above. */
export const features: readonly (readonly [name: string, home: string, pro: string, enterprise: string])[] = [
  ['Spare parts at cost', '—', 'Yes', 'Yes'],
  ['Off everything we make', '—', '12 %', '20 %'],
  ['Burr sharpening', 'On request', 'Twice a year', 'Monthly'],
  ['Loan grinder during repair', '—', 'Next day', 'Same day'],
  ['Barista training', '—', '2 seats', '10 seats'],
  ['Invoice', 'Card only', '30 days', '60 days'],
]
