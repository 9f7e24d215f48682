//! Welch's t test of two means with unequal variances.
//!
//! `t = (m_t − m_c)/se`, `se² = v_c/n_c + v_t/n_t`, degrees of freedom of Welch–Satterthwaite:
//! `se⁴ / Σ (v/n)²/(n−1)`, an arm of variance 0 adding nothing to the denominator. n_c+n_t−2 degrees of freedom belong to the pooled standard error and
//! are not used here. Assumes independent units and means close to normal; valid when read once, at a sample fixed beforehand.
//! Source: Welch, Biometrika 34 (1947).

use crate::means::Moments;
use crate::p_value::{Alternative, PValue, t_p};
use crate::sample::{Interval, Sample};
use crate::special::student_t;

/// A difference of means and, where it can be tested, its test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// Treatment minus control.
    pub diff: f64,
    /// Standard error of the difference.
    pub se: f64,
    /// The test; `None` when the standard error is 0.
    pub test: Option<WelchTest>,
}

/// The tested part of [`Welch`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WelchTest {
    /// The statistic.
    pub t: f64,
    /// Welch–Satterthwaite degrees of freedom.
    pub df: f64,
    /// Of the asked alternative.
    pub p: PValue,
    /// The interval dual to the test at alpha; one-sided alternatives have an infinite end.
    pub interval: Interval,
}

/// Tests two means; `None` when an arm has fewer than two units or `alpha` is not between 0 and 1.
#[must_use]
pub fn welch_t(control: Sample, treatment: Sample, alternative: Alternative, alpha: f64) -> Option<Welch> {
    welch_of(treatment.mean - control.mean, control, treatment, alternative, alpha)
}

/// The same of rows, whose means may agree in all digits of a double and still differ; `None` as for [`welch_t`].
#[must_use]
pub fn welch_t_raw(control: &Moments, treatment: &Moments, alternative: Alternative, alpha: f64) -> Option<Welch> {
    let diff = treatment.mean_minus(control)?;
    welch_of(diff, control.sample()?, treatment.sample()?, alternative, alpha)
}

fn welch_of(diff: f64, control: Sample, treatment: Sample, alternative: Alternative, alpha: f64) -> Option<Welch> {
    if control.n < 2.0 || treatment.n < 2.0 || !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    let se = libm::sqrt(control.mean_variance()? + treatment.mean_variance()?);
    let test = degrees_of_freedom(control, treatment).and_then(|df| {
        let t = diff / se;
        let p = t_p(t, df, alternative)?;
        let (low, high) = match alternative {
            Alternative::TwoSided => {
                let half = se * student_t::upper_quantile(0.5 * alpha, df)?;
                (diff - half, diff + half)
            }
            Alternative::Greater => (diff - se * student_t::upper_quantile(alpha, df)?, f64::INFINITY),
            Alternative::Less => (f64::NEG_INFINITY, diff + se * student_t::upper_quantile(alpha, df)?),
        };
        Some(WelchTest { t, df, p, interval: Interval { low, high } })
    });
    Some(Welch { diff, se, test })
}

/// Welch–Satterthwaite degrees of freedom; `None` when both variances are 0.
#[must_use]
pub fn degrees_of_freedom(control: Sample, treatment: Sample) -> Option<f64> {
    let (c, t) = (control.mean_variance()?, treatment.mean_variance()?);
    let total = c + t;
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    // Shares of the variance rather than its fourth powers: no overflow at scales of 1e100.
    let part = |share: f64, n: f64| if share > 0.0 { share * share / (n - 1.0) } else { 0.0 };
    let inverse = part(c / total, control.n) + part(t / total, treatment.n);
    Some(1.0 / inverse).filter(|df| df.is_finite() && *df > 0.0)
}
