//! Intervals for a difference of two proportions, treatment minus control.
//!
//! - Wald: `d ± z √(p_c(1−p_c)/n_c + p_t(1−p_t)/n_t)`.
//! - Newcombe's hybrid score interval (1998, method 10) combines the two Wilson intervals (l, u): `d − √((p_t−l_t)² + (u_c−p_c)²)` to
//!   `d + √((u_t−p_t)² + (p_c−l_c)²)`; it stays honest with few conversions.
//! - Agresti–Caffo (2000): Wald's interval of a sample with one conversion and one miss more in each arm.
//! - Miettinen–Nurminen (1985): every difference the score test does not reject, see [`miettinen_nurminen`].
//!
//! Assumes independent units and a sample fixed beforehand.

use crate::proportions::miettinen_nurminen::miettinen_nurminen;
use crate::proportions::proportion_ci::{ProportionInterval, proportion_ci};
use crate::proportions::two_proportion_z::{difference, unpooled_se};
use crate::sample::{Interval, Proportion};
use crate::special::normal;

/// How to make the interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceInterval {
    /// Estimate plus or minus z standard errors.
    Wald,
    /// From two Wilson intervals, without continuity correction.
    Newcombe,
    /// Wald's with two units added to each arm.
    AgrestiCaffo,
    /// The score test's, with the restricted variance and the factor N/(N−1).
    MiettinenNurminen,
}

/// The difference and its two-sided interval at `level`; `None` when an arm is empty.
#[must_use]
pub fn proportion_diff_ci(
    control: Proportion,
    treatment: Proportion,
    method: DifferenceInterval,
    level: f64,
) -> Option<(f64, Interval)> {
    let diff = difference(control, treatment)?;
    let z = normal::upper_quantile(0.5 * (1.0 - level))?;
    let wald = |control, treatment| {
        Some(Interval::around(difference(control, treatment)?, z * unpooled_se(control, treatment)?))
    };
    let interval = match method {
        DifferenceInterval::Wald => wald(control, treatment)?,
        DifferenceInterval::AgrestiCaffo => {
            let added = |arm: Proportion| Proportion { n: arm.n + 2.0, successes: arm.successes + 1.0 };
            wald(added(control), added(treatment))?
        }
        DifferenceInterval::Newcombe => {
            let (rate_control, rate_treatment) = (control.rate()?, treatment.rate()?);
            let of_control = proportion_ci(control, ProportionInterval::Wilson, level)?;
            let of_treatment = proportion_ci(treatment, ProportionInterval::Wilson, level)?;
            Interval {
                low: diff - libm::hypot(rate_treatment - of_treatment.low, of_control.high - rate_control),
                high: diff + libm::hypot(of_treatment.high - rate_treatment, rate_control - of_control.low),
            }
        }
        DifferenceInterval::MiettinenNurminen => miettinen_nurminen(control, treatment, diff, z)?,
    };
    Some((diff, interval))
}
