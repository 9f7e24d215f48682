//! The smallest difference of two proportions that given samples find with a given power.
//!
//! The `d` on the asked side of the baseline at which [`sample_size_proportions`](crate::sample_size_proportions) asks for exactly these samples:
//! `|d| √n_c = z_a S0(d) + z_b S1(d)`. For powers of a half and more the right side is concave in `d` and there is at most one. Assumptions as there.

use crate::numeric::root::root;
use crate::planning::deviations::{PlanVariance, deviations, reach};

/// A test of two proportions whose reach is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionMde {
    /// Control's rate.
    pub baseline: f64,
    /// Control's units.
    pub n_control: f64,
    /// Treatment's units.
    pub n_treatment: f64,
    /// Chance of a false alarm.
    pub alpha: f64,
    /// Chance of finding the effect.
    pub power: f64,
    /// 1 or 2.
    pub sides: u8,
    /// The test that will be read.
    pub variance: PlanVariance,
    /// Whether a rise is asked for, or a fall.
    pub increase: bool,
}

/// The difference, negative for a fall; `None` when even the last possible rate is too near, or the inputs make no sense.
#[must_use]
pub fn mde_proportions(test: &ProportionMde) -> Option<f64> {
    let ProportionMde { baseline, n_control, n_treatment, alpha, power, sides, variance, increase } = *test;
    let sound = n_control > 0.0 && n_control.is_finite() && (0.0..=1.0).contains(&baseline);
    if !sound || !(1..=2).contains(&sides) {
        return None;
    }
    let ratio = n_treatment / n_control;
    let excess = |difference: f64| {
        let (effect, under_none, under_effect) = deviations(baseline, difference, ratio, variance)?;
        Some(effect.abs() * libm::sqrt(n_control) - reach(alpha, power, sides, variance, (under_none, under_effect))?)
    };
    let farthest = if increase { 1.0 - baseline } else { -baseline };
    // From the smallest difference any sample finds: at 0 itself a baseline of 0 would already answer.
    let nearest = farthest * 1e-18;
    root(nearest, farthest, |difference| excess(difference).unwrap_or(f64::NAN)).filter(|found| *found != 0.0)
}
