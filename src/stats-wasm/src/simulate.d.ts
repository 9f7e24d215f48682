/** What one unit brings in control. Revenue: most pay nothing, some a log-normal amount. */
export type Outcome =
  | { kind: 'conversion'; rate: number }
  | { kind: 'mean'; mean: number; sd: number }
  | { kind: 'revenue'; rate: number; mean: number; sd: number }
export interface Simulation extends Spending {
  outcome: Outcome
  /** Relative lift of treatment; 0 is an A/A run. */
  lift: number
  /** Of both arms at the end. */
  units: number
  /** Share of treatment as planned, and as it really is. */
  plannedShare: number
  actualShare: number
  /** Shares of the units at which one looks, rising to 1. */
  looks: number[]
  alpha: number
  srmAlpha: number
  /** A whole number from 0 to 2⁵³ − 1. */
  seed: number
}
/** Runs that stopped first at each look, those of them with treatment ahead, and the units of all runs at their ends. */
export interface Stops { byLook: number[]; ahead: number; units: number }
/** Counts of a part of a simulation: parts with other run numbers add up, number by number, to the whole. */
export interface Tally {
  runs: number
  /** The fixed test at every look. */
  peeking: Stops
  /** The fixed test at the last look. */
  atEnd: Stops
  /** Alpha spent over the looks. */
  spending: Stops
  /** The always-valid sequence of the report. */
  alwaysValid: Stops
  /** Runs whose split counts as broken. */
  srm: number
}

/** Simulates runs number `first` to `first + runs − 1`, each with its own random stream. Throws an `Error` that says what makes no sense. */
export function simulate(simulation: Simulation, first: number, runs: number): Tally
