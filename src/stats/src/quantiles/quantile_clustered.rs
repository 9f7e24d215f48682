//! A quantile of values that come several per unit, such as load times of page views, when units are randomised.
//!
//! The interval by normal ranks, with the standard deviation of the share of values below the quantile taken over units by the delta method:
//! `share = Σ S_i/Σ N_i`, `S_i` the unit's values at or below the estimate, `N_i` all of its values. As if independent, the
//! values of one unit would count as so many witnesses. Source: Deng, Knoblich & Lu, KDD 2018, section 4.

use crate::means::PairMoments;
use crate::means::ratio_delta::ratio;
use crate::quantiles::quantile_ci::{QuantileCi, indicator_sd, quantile_ci_normal};
use crate::quantiles::type7;
use alloc::vec::Vec;

/// A quantile over clustered values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileClustered {
    /// Values of all units.
    pub n_values: usize,
    /// Standard deviation of the share below the quantile, units independent.
    pub sd_clustered: f64,
    /// The same, as if values were independent.
    pub sd_iid: f64,
    /// Estimate, ranks and interval.
    pub quantile: QuantileCi,
    /// Standard error.
    pub se: f64,
}

/// The quantile `q` of each unit's values; `None` with fewer than two units, a value that is no number, or `q` or the level outside 0…1.
#[must_use]
pub fn quantile_clustered<U: AsRef<[f64]>>(units: &[U], q: f64, level: f64) -> Option<QuantileClustered> {
    let mut ascending: Vec<f64> = units.iter().flat_map(AsRef::as_ref).copied().collect();
    if !ascending.iter().all(|value| value.is_finite()) {
        return None;
    }
    ascending.sort_unstable_by(f64::total_cmp);
    let estimate = type7(&ascending, q)?;
    let counts: Vec<[f64; 2]> = units
        .iter()
        .map(|unit| {
            let values = unit.as_ref();
            [values.iter().filter(|value| **value <= estimate).count() as f64, values.len() as f64]
        })
        .collect();
    let (_, unit_variance) = ratio(&PairMoments::of_rows(&counts)?)?;
    let sd_clustered = libm::sqrt(unit_variance / counts.len() as f64);
    let (quantile, se) = quantile_ci_normal(&ascending, q, sd_clustered, level)?;
    let sd_iid = indicator_sd(q, ascending.len() as f64);
    Some(QuantileClustered { n_values: ascending.len(), sd_clustered, sd_iid, quantile, se })
}
