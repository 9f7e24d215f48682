//! The difference of one quantile between two arms.
//!
//! `z = (Q_t − Q_c)/√(se_c² + se_t²)` with each arm's standard error from its normal ranks. Assumes independent values, enough of them around the
//! quantile for its neighbourhood to look even, and arms that do not mix.

use crate::p_value::{Alternative, PValue, normal_p};
use crate::quantiles::quantile_ci::{indicator_sd, quantile_ci_normal};
use crate::sample::Interval;
use crate::special::normal;

/// Two quantiles compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileDiff {
    /// Control's quantile.
    pub control: f64,
    /// Treatment's quantile.
    pub treatment: f64,
    /// Control's standard error.
    pub se_control: f64,
    /// Treatment's standard error.
    pub se_treatment: f64,
    /// Treatment minus control.
    pub diff: f64,
    /// Standard error of the difference.
    pub se: f64,
    /// z and its two-sided p-value; `None` when the standard error is 0.
    pub test: Option<(f64, PValue)>,
    /// The interval of the difference.
    pub interval: Interval,
}

/// Compares the quantile `q` of ascending values; `None` when an arm is empty or `q` or the level is outside 0…1.
#[must_use]
pub fn quantile_diff(control: &[f64], treatment: &[f64], q: f64, level: f64) -> Option<QuantileDiff> {
    let arm = |ascending: &[f64]| quantile_ci_normal(ascending, q, indicator_sd(q, ascending.len() as f64), level);
    let ((of_control, se_control), (of_treatment, se_treatment)) = (arm(control)?, arm(treatment)?);
    let diff = of_treatment.estimate - of_control.estimate;
    let se = libm::hypot(se_control, se_treatment);
    let z = (se > 0.0).then(|| diff / se).filter(|z| z.is_finite());
    Some(QuantileDiff {
        control: of_control.estimate,
        treatment: of_treatment.estimate,
        se_control,
        se_treatment,
        diff,
        se,
        test: z.map(|z| (z, normal_p(z, Alternative::TwoSided))),
        interval: Interval::around(diff, normal::upper_quantile(0.5 * (1.0 - level))? * se),
    })
}
