//! Chance to see a given difference of two proportions with given samples.
//!
//! `Φ((|d| − z_a s0)/s1)`, and for a two-sided test also the far tail `Φ((−|d| − z_a s0)/s1)`: a significant result of the wrong sign, which textbooks often
//! leave out. Standard errors as in [`sample_size_proportions`](crate::sample_size_proportions), for these sizes. Assumes one look, at the end.
//! Source: Fleiss, Levin & Paik, ch. 4.

use crate::planning::deviations::{PlanVariance, deviations};
use crate::special::normal;

/// A test of two proportions that is going to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionPower {
    /// Control's rate.
    pub baseline: f64,
    /// Treatment's true rate.
    pub target: f64,
    /// Control's units.
    pub n_control: f64,
    /// Treatment's units.
    pub n_treatment: f64,
    /// Chance of a false alarm.
    pub alpha: f64,
    /// 1 or 2.
    pub sides: u8,
    /// The test that will be read.
    pub variance: PlanVariance,
    /// Whether a two-sided test's significant result of the wrong sign counts.
    pub both_tails: bool,
}

/// The power; alpha itself when there is no effect and both tails count. `None` when rates leave 0…1, an arm is empty, nothing can vary, or alpha or sides make no
/// sense.
#[must_use]
pub fn power_proportions(test: &ProportionPower) -> Option<f64> {
    let ProportionPower { baseline, target, n_control, n_treatment, alpha, sides, variance, both_tails } = *test;
    let sizes = n_control > 0.0 && n_control.is_finite() && n_treatment.is_finite();
    if !sizes || !(1..=2).contains(&sides) || !(0.0..=1.0).contains(&target) {
        return None;
    }
    let (effect, under_none, under_effect) =
        deviations(baseline, target - baseline, n_treatment / n_control, variance)?;
    let needed = normal::upper_quantile(alpha / f64::from(sides))? * under_none;
    let reached = effect.abs() * libm::sqrt(n_control);
    let chance = |distance: f64| normal::sf(distance / under_effect);
    let far = if both_tails && sides == 2 { chance(needed + reached) } else { 0.0 };
    let power = chance(needed - reached) + far;
    (!power.is_nan()).then_some(power.min(1.0))
}
