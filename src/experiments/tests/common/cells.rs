//! Cells, one day and arm at a time.

use crate::common::DAY;
use isoflag_experiments::{MetricCell, Observed, UnitCell};

/// One day of one arm: units, and per metric the sum and the sum of squares.
pub(crate) fn add(observed: &mut Observed, variant: &str, day: i64, units: u64, metrics: &[(&str, f64, f64)]) {
    observed.units.push(UnitCell { variant: variant.into(), day, units });
    for (metric, sum, sum_squares) in metrics {
        let cell = MetricCell::new(variant, day, *sum, *sum_squares);
        observed.metrics.entry((*metric).into()).or_default().push(cell);
    }
    let (began, ended) = (day * DAY + 9 * 3_600_000, day * DAY + 21 * 3_600_000);
    observed.first_exposure = Some(observed.first_exposure.map_or(began, |first| first.min(began)));
    observed.last_exposure = observed.last_exposure.max(Some(ended));
}
