//! A quantile of units of which only the bins are known.
//!
//! Inside its bin the units are taken to lie evenly around their own mean, as wide as their own variance says: equal totals (a price, a round number) stay one
//! value, spread ones have no steps. A bin is 1 % wide, so whatever they do inside it the quantile is at most 1 % off. Rank and value run both ways:
//! [`Ladder::value`] is the empirical quantile function.

use crate::bins::lower_edge;
use crate::totals::Totals;
use isoflag_stats::{Interval, Sample, indicator_sd, normal};

/// Below this share of the mean's square a variance is the rounding of the sums it came from.
const ROUNDING: f64 = 1e-12;

/// One step: so many units between two values.
#[derive(Clone, Copy, Debug)]
struct Step {
    units: f64,
    low: f64,
    high: f64,
}

/// The units of an arm, ascending by their totals.
#[derive(Clone, Debug)]
pub(crate) struct Ladder {
    steps: Vec<Step>,
    units: f64,
}

impl Ladder {
    /// `None` when the bins hold more units than there are, or numbers that cannot be.
    pub(crate) fn new<'a>(arms: impl IntoIterator<Item = &'a Totals>) -> Option<Self> {
        let mut all = Totals::default();
        arms.into_iter().for_each(|arm| all.add(arm));
        let listed: f64 = all.bins.values().map(|bin| bin.units as f64).sum();
        let zeros = all.n - listed;
        if zeros < 0.0 || !all.n.is_finite() {
            return None;
        }
        let mut steps = Vec::with_capacity(all.bins.len() + 1);
        let mut zeros = Some(Step { units: zeros, low: 0.0, high: 0.0 });
        for bin in all.bins.values().filter(|bin| bin.units > 0) {
            if bin.bin >= 0 {
                steps.extend(zeros.take());
            }
            let units = bin.units as f64;
            let mean = bin.sum / units;
            let variance = bin.sum_squares / units - mean * mean;
            // An even spread over a width w has variance w²/12.
            let half = if variance > ROUNDING * mean * mean { (3.0 * variance).sqrt() } else { 0.0 };
            let (low, high) = edges(bin.bin);
            let step = Step { units, low: (mean - half).max(low).min(mean), high: (mean + half).min(high).max(mean) };
            if !(step.low.is_finite() && step.high.is_finite() && (low..=high).contains(&mean)) {
                return None;
            }
            steps.push(step);
        }
        steps.extend(zeros);
        Some(Self { steps, units: all.n })
    }

    /// The value below which this share of the units lies.
    pub(crate) fn value(&self, share: f64) -> Option<f64> {
        let mut left = share.clamp(0.0, 1.0) * self.units;
        let mut last = None;
        for step in self.steps.iter().filter(|step| step.units > 0.0) {
            if left <= step.units {
                return Some(step.low + (step.high - step.low) * (left / step.units));
            }
            left -= step.units;
            last = Some(step.high);
        }
        last
    }

    /// The quantile, its interval by normal ranks, and from that interval the variance one unit would have if it were a mean.
    ///
    /// The variance is 0 where so many units share the value that the interval has no width.
    pub(crate) fn quantile(&self, q: f64, level: f64) -> Option<(Sample, Interval)> {
        let z = normal::upper_quantile(0.5 * (1.0 - level))?;
        let reach = z * indicator_sd(q, self.units);
        let interval = Interval { low: self.value(q - reach)?, high: self.value(q + reach)? };
        let se = (interval.high - interval.low) / (2.0 * z);
        Some((Sample { n: self.units, mean: self.value(q)?, variance: se * se * self.units }, interval))
    }
}

/// The values a bin may hold, both ends included: sums of equal values may round onto the upper one.
fn edges(bin: i32) -> (f64, f64) {
    let (from, to) = match bin.saturating_abs() {
        0 => (0.0, 0.0),
        1 => (0.0, lower_edge(2)),
        crate::bins::LAST => (lower_edge(crate::bins::LAST), f64::MAX),
        size => (lower_edge(size), lower_edge(size.saturating_add(1))),
    };
    // A mean of equal values at an edge may be a hair outside it.
    let (from, to) = (from * (1.0 - ROUNDING), to * (1.0 + ROUNDING).min(f64::MAX / to.max(1.0)));
    if bin < 0 { (-to, -from) } else { (from, to) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bins::bin;
    use crate::observed::Bin;

    fn arm(values: &[f64]) -> Totals {
        let mut totals = Totals { n: values.len() as f64, ..Totals::default() };
        for value in values.iter().filter(|value| **value != 0.0) {
            let number = bin(*value);
            let cell = Bin { bin: number, units: 1, sum: *value, sum_squares: value * value };
            totals.bins.entry(number).or_insert(Bin { bin: number, ..Bin::default() }).add(&cell);
        }
        totals
    }

    #[test]
    fn ties_are_exact_and_zeros_count() {
        let ladder = Ladder::new([&arm(&[0.0, 0.0, 19.99, 19.99, 19.99, 250.0, -3.0, 0.0])]).unwrap();
        assert_eq!((ladder.value(0.1), ladder.value(0.3), ladder.value(0.5)), (Some(-3.0), Some(0.0), Some(0.0)));
        assert!((ladder.value(0.7).unwrap() - 19.99).abs() < 1e-12);
        assert!((ladder.value(0.99).unwrap() - 250.0).abs() < 1e-9);
    }

    #[test]
    fn a_spread_sample_is_read_between_its_neighbours() {
        // The values i/1000 of 0…100: quantiles are known.
        let values: Vec<f64> = (0..100_000).map(|i| f64::from(i) / 1_000.0).collect();
        let ladder = Ladder::new([&arm(&values)]).unwrap();
        for q in [0.01, 0.1, 0.5, 0.9, 0.99] {
            // No further off than its neighbour.
            assert!((ladder.value(q).unwrap() - 100.0 * q).abs() <= 0.001, "{q}");
        }
        // √(q(1−q)/n)/density, the density being 1/100.
        let (sample, _) = ladder.quantile(0.5, 0.95).unwrap();
        let se = (sample.variance / sample.n).sqrt();
        assert!((se / (100.0 * (0.25_f64 / 100_000.0).sqrt()) - 1.0).abs() < 0.01, "{se}");
    }

    #[test]
    fn more_units_in_bins_than_there_are_is_no_ladder() {
        let mut totals = arm(&[1.0, 2.0]);
        totals.n = 1.0;
        assert!(Ladder::new([&totals]).is_none());
        assert!(Ladder::new([&Totals::default()]).unwrap().value(0.5).is_none());
    }
}
