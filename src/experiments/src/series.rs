//! The primary metric's always-valid lift as it grew, by day of first exposure.

use crate::calendar::date;
use crate::compare::{Rules, comparisons};
use crate::daily::Daily;
use crate::report::{SeriesDay, SeriesPoint};
use crate::run::Arm;
use crate::written::Kind;

/// Every day with units, with all units first exposed up to it (and everything they have done since).
pub(crate) fn series(kind: Kind, arms: &[Arm], daily: &Daily, rules: &Rules) -> Vec<SeriesDay> {
    let of_day = |(day, sums): (i64, Vec<_>)| SeriesDay {
        day: date(day),
        comparisons: comparisons(kind, arms, &sums, rules)
            .into_iter()
            .map(|comparison| SeriesPoint {
                variant: comparison.variant,
                lift: comparison.lift,
                low: comparison.anytime.as_ref().and_then(|anytime| anytime.lift_low),
                high: comparison.anytime.as_ref().and_then(|anytime| anytime.lift_high),
            })
            .collect(),
    };
    daily.cumulative().map(of_day).collect()
}
