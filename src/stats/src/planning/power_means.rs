//! Chance to see a given difference of two means with given samples.
//!
//! `δ = |d| / (σ √(1/n_c + 1/n_t))`. Normal: `Φ(δ − z_a)`; t: `P(T > t_a)` for the noncentral t with `n_c + n_t − 2` degrees of freedom and noncentrality δ. A two-sided test adds the far
//! tail, a significant result of the wrong sign. Assumes one standard deviation for both arms and one look, at the end.
//! Source: Cohen (1988), ch. 2.

use crate::special::{noncentral_t, normal, student_t};

/// Which test will be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeanTest {
    /// The standard deviation is known, or samples are so large that it as good as is.
    Normal,
    /// It is estimated from the same data.
    StudentT,
}

/// A test of two means that is going to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanPower {
    /// Treatment's mean minus control's.
    pub difference: f64,
    /// Standard deviation of one unit.
    pub sd: f64,
    /// Control's units.
    pub n_control: f64,
    /// Treatment's units.
    pub n_treatment: f64,
    /// Chance of a false alarm.
    pub alpha: f64,
    /// 1 or 2.
    pub sides: u8,
    /// The test that will be read.
    pub test: MeanTest,
}

/// The power; `None` unless deviation and arms are positive, alpha and sides make sense, and the t test has a degree of freedom.
#[must_use]
pub fn power_means(plan: &MeanPower) -> Option<f64> {
    let MeanPower { difference, sd, n_control, n_treatment, alpha, sides, test } = *plan;
    let positive = |x: f64| x > 0.0 && x.is_finite();
    let sound = positive(sd) && positive(n_control) && positive(n_treatment) && difference.is_finite();
    if !sound {
        return None;
    }
    let noncentrality = difference.abs() / (sd * libm::sqrt(1.0 / n_control + 1.0 / n_treatment));
    power_at(noncentrality, n_control + n_treatment - 2.0, alpha, sides, test)
}

/// The power at a noncentrality.
pub(crate) fn power_at(noncentrality: f64, df: f64, alpha: f64, sides: u8, test: MeanTest) -> Option<f64> {
    let level = alpha / f64::from(sides);
    let sound = (1..=2).contains(&sides) && alpha > 0.0 && alpha < 1.0 && noncentrality.is_finite();
    if !sound {
        return None;
    }
    let (near, far) = match test {
        MeanTest::Normal => {
            let z = normal::upper_quantile(level)?;
            (normal::sf(z - noncentrality), normal::sf(z + noncentrality))
        }
        MeanTest::StudentT => {
            let t = student_t::upper_quantile(level, df)?;
            (noncentral_t::sf(t, df, noncentrality)?, noncentral_t::cdf(-t, df, noncentrality)?)
        }
    };
    let power = if sides == 2 { near + far } else { near };
    (!power.is_nan()).then_some(power.min(1.0))
}
