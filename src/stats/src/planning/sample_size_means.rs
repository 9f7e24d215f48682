//! Units needed to see a given difference of two means with a given power.
//!
//! Normal: `n_c = (z_a + z_b)² σ² (1 + 1/r) / d²`, `z_a` at alpha/sides, `r = n_t/n_c`. t: the `n_c`, not a whole number, at which
//! [`power_means`](crate::power_means) with `(1 + r) n_c − 2` degrees of freedom, both tails counted, is the power asked for; one or two units more. Each arm is rounded
//! up. Assumes one standard deviation for both arms, known beforehand, and one look, at the end. Source: Cohen (1988), ch. 2.
//!
//! A ratio metric is planned like a mean, with the root of its delta-method unit variance as the standard deviation.

use crate::numeric::root::root;
use crate::planning::power_means::{MeanTest, power_at};
use crate::planning::sample_size_proportions::SampleSize;
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
    /// The test that will be read.
    pub test: MeanTest,
}

/// The required sample; `None` when the difference is 0 or alpha, power, ratio or deviation make no sense.
#[must_use]
pub fn sample_size_means(plan: &MeanPlan) -> Option<SampleSize> {
    let MeanPlan { difference, sd, alpha, power, ratio, sides, test } = *plan;
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if difference == 0.0 || !positive(sd) || !positive(ratio) || !(1..=2).contains(&sides) {
        return None;
    }
    let reach = normal::upper_quantile(alpha / f64::from(sides))? + normal::ppf(power)?;
    if reach.is_nan() || reach <= 0.0 {
        return None;
    }
    let effect = difference.abs() / sd;
    let normal = reach * reach * (1.0 + 1.0 / ratio) / (effect * effect);
    let control = match test {
        MeanTest::Normal => normal,
        MeanTest::StudentT => {
            let missing = |n: f64| {
                let noncentrality = effect * libm::sqrt(n * (ratio / (1.0 + ratio)));
                power_at(noncentrality, n * (1.0 + ratio) - 2.0, alpha, sides, test).map_or(f64::NAN, |p| p - power)
            };
            let least = 2.0 / (1.0 + ratio);
            let mut high = normal.max(least) + least;
            while missing(high) < 0.0 {
                high *= 2.0;
            }
            // The t test needs more than the normal one; just above `least` there is next to no degree of freedom and next to no power.
            let start = if normal > least && missing(normal) < 0.0 { normal } else { least * (1.0 + 1e-3) };
            root(start, high, missing)?
        }
    };
    let size = SampleSize::from_exact(control, ratio);
    size.total().is_finite().then_some(size)
}
