//! Units needed to see a given difference of two proportions with a given power.
//!
//! `n_c = [z_a S0 + z_b S1]² / (p2−p1)²`, `S1² = p1 q1 + p2 q2/r`; pooled `S0² = p q (1 + 1/r)` with `p = (p1 + r p2)/(1+r)`, unpooled `S0 = S1`;
//! `z_a` at alpha/sides, `r = n_t/n_c`. Arcsine: Cohen's `h` in place of the difference, and both tails of a two-sided test counted. Each arm is rounded up.
//! Assumes one look, at the end. Sources: Fleiss, Levin & Paik, ch. 4; Cohen (1988), ch. 6.
//! The inputs are the plan's baseline and smallest effect worth finding. Putting in the observed lift instead makes the "required" sample
//! follow the noise, so nothing here takes observations.

use crate::planning::deviations::{PlanVariance, deviations, reach};

/// What a test of two proportions is to find.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionPlan {
    /// Control's rate.
    pub baseline: f64,
    /// Treatment's rate at the smallest effect worth finding.
    pub target: f64,
    /// Chance of a false alarm.
    pub alpha: f64,
    /// Chance of finding the effect.
    pub power: f64,
    /// Treatment units per control unit.
    pub ratio: f64,
    /// 1 or 2.
    pub sides: u8,
    /// The test that will be read.
    pub variance: PlanVariance,
}

/// Units per arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleSize {
    /// Control's units before rounding up.
    pub control_exact: f64,
    /// Control's units.
    pub control: f64,
    /// Treatment's units.
    pub treatment: f64,
}

impl SampleSize {
    /// Units of both arms.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.control + self.treatment
    }

    /// Rounds each arm up, treatment from the unrounded control.
    #[must_use]
    pub fn from_exact(control_exact: f64, ratio: f64) -> Self {
        Self { control_exact, control: libm::ceil(control_exact), treatment: libm::ceil(control_exact * ratio) }
    }
}

/// The required sample; `None` when rates leave 0…1, the effect is 0, or alpha, power or ratio make no sense.
#[must_use]
pub fn sample_size_proportions(plan: &ProportionPlan) -> Option<SampleSize> {
    let ProportionPlan { baseline, target, alpha, power, ratio, sides, variance } = *plan;
    if baseline == target || !(1..=2).contains(&sides) || !(0.0..=1.0).contains(&target) {
        return None;
    }
    let (effect, under_none, under_effect) = deviations(baseline, target - baseline, ratio, variance)?;
    let reach = reach(alpha, power, sides, variance, (under_none, under_effect))?;
    let size = SampleSize::from_exact((reach / effect) * (reach / effect), ratio);
    size.total().is_finite().then_some(size)
}
