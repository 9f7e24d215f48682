export interface Product {
  readonly slug: string
  readonly name: string
  readonly kind: string
  /** Whole cents, so that totals never meet a float. */
  readonly cents: number
  readonly line: string
  readonly story: string
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly tint: string
}

export const products: readonly Product[] = [
  {
    slug: 'heron-kettle',
    name: 'Heron',
    kind: 'Gooseneck kettle',
    cents: 89_00,
    line: 'A narrow spout and a heavy base, for a pour that stays where you put it.',
    story:
      'The spout leaves the body low and narrows twice, so the stream is steady from the first gram to the last. The handle sits behind the centre of gravity: a full kettle tips as lightly as an empty one.',
    facts: [['Volume', '0.9 l'], ['Weight', '780 g'], ['Body', 'Brushed steel'], ['Heat', 'Gas, induction, ceramic']],
    tint: '#e6ded0',
  },
  {
    slug: 'millstone-grinder',
    name: 'Millstone 48',
    kind: 'Hand grinder',
    cents: 149_00,
    line: 'Forty-eight millimetre burrs and a crank long enough to be easy.',
    story:
      'Thirty clicks cover espresso to press. The burr carrier comes out with one screw, and every part of it is sold on its own, because a grinder should be bought once.',
    facts: [['Burrs', '48 mm steel'], ['Dose', '35 g'], ['Steps', '30'], ['Warranty', '10 years']],
    tint: '#d9e0d6',
  },
  {
    slug: 'cove-dripper',
    name: 'Cove',
    kind: 'Ceramic dripper',
    cents: 28_00,
    line: 'Thick walls, tall ribs, and an even bed without stirring.',
    story:
      'Stoneware holds its heat through a three minute brew. The ribs stop short of the rim, which slows the first pour and leaves the bed flat.',
    facts: [['Cups', '1–3'], ['Filter', 'Size 02'], ['Glaze', 'Lead free'], ['Dishwasher', 'Yes']],
    tint: '#efd9cb',
  },
  {
    slug: 'plumb-scale',
    name: 'Plumb',
    kind: 'Brewing scale',
    cents: 65_00,
    line: 'A tenth of a gram, a timer, and nothing to pair it with.',
    story:
      'It starts when the water lands and stops when you lift the cup. Two buttons, one display, a cell you can change with a coin.',
    facts: [['Precision', '0.1 g'], ['Range', '2 kg'], ['Cell', 'CR2032'], ['Splash proof', 'IPX4']],
    tint: '#d8dde3',
  },
  {
    slug: 'tide-carafe',
    name: 'Tide',
    kind: 'Glass carafe',
    cents: 38_00,
    line: 'Hand blown, with the level marks pressed into the glass.',
    story:
      'Borosilicate glass, wide enough for a hand and a sponge. The collar is beech and comes off for washing.',
    facts: [['Volume', '0.6 l'], ['Glass', 'Borosilicate'], ['Collar', 'Oiled beech'], ['Made in', 'Bohemia']],
    tint: '#dbe5e4',
  },
  {
    slug: 'pebble-cups',
    name: 'Pebble',
    kind: 'Cups, a pair',
    cents: 32_00,
    line: 'Two cups without handles that never get too hot to hold.',
    story:
      'A double wall keeps the coffee warm and the outside cool. No two glazes are quite the same, so nobody argues about whose is whose.',
    facts: [['Volume', '180 ml each'], ['Wall', 'Double'], ['Clay', 'Stoneware'], ['Set', '2 cups']],
    tint: '#eadfc8',
  },
]

export function findProduct(slug: string): Product | undefined {
  return products.find(product => product.slug === slug)
}

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

export function price(cents: number): string {
  return euros.format(cents / 100)
}
