//! Units needed to see a given difference of two means with a given power, by the normal approximation.
//!
//! `n_c = (z_a + z_b)² σ² (1 + 1/r) / d²`, `z_a` at alpha/sides, `r = n_t/n_c`. Each arm is rounded up. Assumes one standard deviation for both
//! arms, known beforehand, and one look, at the end. Source: Cohen, *Statistical Power Analysis*, 2nd ed., ch. 2, without the t correction,
//! which asks for one or two units more.

use crate::planning::SampleSize;
use crate::special::normal;

/// What a test of two means is to find.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanPlan {
    /// Smallest difference worth finding.
    pub difference: f64,
    /// Standard deviation of one unit.
    pub sd: f64,
    /// Chance of a false alarm.
    pub alpha: f64,
    /// Chance of finding the effect.
    pub power: f64,
    /// Treatment units per control unit.
    pub ratio: f64,
    /// 1 or 2.
    pub sides: u8,
}

/// The required sample; `None` when the difference is 0 or alpha, power, ratio or deviation make no sense.
#[must_use]
pub fn sample_size_means(plan: &MeanPlan) -> Option<SampleSize> {
    let MeanPlan { difference, sd, alpha, power, ratio, sides } = *plan;
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if difference == 0.0 || !positive(sd) || !positive(ratio) || !(1..=2).contains(&sides) {
        return None;
    }
    let reach = normal::upper_quantile(alpha / f64::from(sides))? + normal::ppf(power)?;
    if reach.is_nan() || reach <= 0.0 {
        return None;
    }
    let effect = difference / sd;
    let size = SampleSize::from_exact(reach * reach * (1.0 + 1.0 / ratio) / (effect * effect), ratio);
    size.total().is_finite().then_some(size)
}
