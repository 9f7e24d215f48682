//! The smallest difference of two means that given samples find with a given power.
//!
//! Normal: `(z_a + z_b) σ √(1/n_c + 1/n_t)`; t: the difference at which [`power_means`](crate::power_means), both tails counted, is the power asked for. Assumptions as
//! there. By the symmetry of the test a fall of the same size is found as well.

use crate::numeric::root::root;
use crate::planning::power_means::{MeanTest, power_at};
use crate::special::normal;

/// A test of two means whose reach is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanMde {
    /// Standard deviation of one unit.
    pub sd: f64,
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
    pub test: MeanTest,
}

/// The difference, positive; `None` when power is not above alpha or the inputs make no sense.
#[must_use]
pub fn mde_means(plan: &MeanMde) -> Option<f64> {
    let MeanMde { sd, n_control, n_treatment, alpha, power, sides, test } = *plan;
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if !(positive(sd) && positive(n_control) && positive(n_treatment) && (1..=2).contains(&sides)) {
        return None;
    }
    let deviation = sd * libm::sqrt(1.0 / n_control + 1.0 / n_treatment);
    let reach = normal::upper_quantile(alpha / f64::from(sides))? + normal::ppf(power)?;
    let noncentrality = match test {
        MeanTest::Normal => reach,
        MeanTest::StudentT => {
            let df = n_control + n_treatment - 2.0;
            let missing = |delta: f64| power_at(delta, df, alpha, sides, test).map_or(f64::NAN, |p| p - power);
            let mut high = reach.max(1.0);
            while missing(high) < 0.0 {
                high *= 2.0;
            }
            root(0.0, high, missing)?
        }
    };
    let difference = noncentrality * deviation;
    (difference > 0.0 && difference.is_finite()).then_some(difference)
}
