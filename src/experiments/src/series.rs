//! The primary metric's always-valid lift as it grew, by day of first exposure.

use crate::calendar::date;
use crate::compare::{Laid, Rules};
use crate::daily::Daily;
use crate::report::{SeriesDay, SeriesPoint};
use crate::run::Arm;
use crate::totals::Totals;
use crate::written::Metric;

/// Every day with units, with all units first exposed up to it (and everything they have done since).
pub(crate) fn series(metric: &Metric, arms: &[Arm], daily: &Daily, rules: &Rules) -> Vec<SeriesDay> {
    let of_day = |(day, totals): (i64, Vec<Totals>)| SeriesDay {
        day: date(day),
        comparisons: Laid::out(metric, arms, &totals)
            .comparisons(rules)
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
