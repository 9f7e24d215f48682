//! The z test of two proportions.
//!
//! `z = (p_t − p_c)/se`. Pooled: `se = √(p(1−p)(1/n_c + 1/n_t))` with p over both arms, the score test of "no difference". Unpooled:
//! `se = √(p_c(1−p_c)/n_c + p_t(1−p_t)/n_t)`, the Wald test that belongs to the Wald interval.
//! Assumes independent units and enough conversions for the normal approximation (some 5 expected per cell); valid when read
//! once, at a sample fixed beforehand. Source: Fleiss, Levin & Paik, *Statistical Methods for Rates and Proportions*, 3rd ed., ch. 3.

use crate::numeric::exact::difference_of_products;
use crate::p_value::{Alternative, PValue, normal_p};
use crate::sample::Proportion;

/// Which standard error the test divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProportionVariance {
    /// One rate for both arms, as "no difference" says.
    Pooled,
    /// Each arm its own rate.
    Unpooled,
}

/// A difference of proportions and, where it can be tested, its test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoProportionZ {
    /// Control's rate.
    pub rate_control: f64,
    /// Treatment's rate.
    pub rate_treatment: f64,
    /// Treatment minus control.
    pub diff: f64,
    /// Standard error of the difference.
    pub se: f64,
    /// z and its p-value; `None` when the standard error is 0.
    pub test: Option<(f64, PValue)>,
}

/// Tests two proportions; `None` when an arm has no units.
#[must_use]
pub fn two_proportion_z(
    control: Proportion,
    treatment: Proportion,
    variance: ProportionVariance,
    alternative: Alternative,
) -> Option<TwoProportionZ> {
    let (rate_control, rate_treatment) = (control.rate()?, treatment.rate()?);
    let diff = difference(control, treatment)?;
    let se = match variance {
        ProportionVariance::Pooled => {
            let both = Proportion { n: control.n + treatment.n, successes: control.successes + treatment.successes };
            libm::sqrt(both.variance()? * (1.0 / control.n + 1.0 / treatment.n))
        }
        ProportionVariance::Unpooled => unpooled_se(control, treatment)?,
    };
    let test = (se > 0.0).then(|| diff / se).filter(|z| z.is_finite()).map(|z| (z, normal_p(z, alternative)));
    Some(TwoProportionZ { rate_control, rate_treatment, diff, se, test })
}

/// `p_t − p_c` to the last digit, even for one conversion among 10⁹ units.
pub(crate) fn difference(control: Proportion, treatment: Proportion) -> Option<f64> {
    control.rate()?;
    treatment.rate()?;
    let crossed = difference_of_products(treatment.successes, control.n, control.successes, treatment.n);
    Some(crossed / control.n / treatment.n)
}

pub(crate) fn unpooled_se(control: Proportion, treatment: Proportion) -> Option<f64> {
    Some(libm::sqrt(control.variance()? / control.n + treatment.variance()? / treatment.n))
}
