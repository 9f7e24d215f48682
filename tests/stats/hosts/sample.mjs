// A plan and simulations that every host is asked for.

const looks = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
export const plan = {
  baseline: { kind: 'conversion', rate: 0.03 },
  lift: 0.1,
  alpha: 0.05,
  power: 0.8,
  sides: 2,
  treatments: 2,
  ratio: 1,
  looks: { informationFractions: looks, spending: 'obf' },
  dailyUnits: 10_000,
  gate: 0.5,
  wholeWeeks: true,
}
/** Ten looks at a rate with a tenth more; its seed is a seed everywhere. */
export const simulation = {
  outcome: { kind: 'conversion', rate: 0.05 },
  lift: 0.1,
  units: 10_000,
  plannedShare: 0.5,
  actualShare: 0.5,
  looks,
  alpha: 0.05,
  spending: 'obf',
  srmAlpha: 0.01,
  seed: 7,
}
const mean = { kind: 'mean', mean: 30, sd: 40 }
const revenue = { kind: 'revenue', rate: 0.03, mean: 50, sd: 150 }

export const SAMPLE = {
  plans: [plan, { ...plan, baseline: { kind: 'mean', mean: 30, sd: 40 }, looks: undefined }],
  simulations: [[simulation, 0, 40], [{ ...simulation, outcome: mean }, 40, 20], [{ ...simulation, outcome: revenue, seed: 2 ** 53 - 1 }, 0, 20]],
}
