// Why a decision came out as it did, by number: the engine's, and the snapshot's on the wire. New ones are added at the end.

export const REASONS = [
  'off',
  'targeted',
  'split',
  'default',
  'missing_unit',
  'unknown_flag',
  'unusable',
  'override',
  'forced',
  'holdout',
  'sticky',
  'prerequisite',
] as const
