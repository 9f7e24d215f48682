//! Who converts.

use crate::random::Random;

/// Conversions among `units` with the chance `per_million / 1,000,000`.
pub(crate) fn conversions(random: &mut Random, units: u64, per_million: u64) -> u64 {
    (0..units).filter(|_| random.below(1_000_000) < per_million).count() as u64
}
