//! Non-inferiority: is the treatment at most a margin worse?
//!
//! With `s = +1` when higher is better and −1 otherwise. Absolute margin: `d = (m_t − m_c) + s·margin`, `var = v_t/n_t + v_c/n_c`. Relative to control's mean:
//! `k = 1 − s·margin·sign(m_c)`, `d = m_t − k m_c`, `var = v_t/n_t + k² v_c/n_c`, so that control's own error is carried. Then
//! `distance = s·d`, `z = distance/se`, `p = sf(z)`; the bound is the one-sided lower limit of the distance, so that non-inferior, `bound > 0` and
//! `p < alpha` are one statement. Not significant is not the same as not worse: only this test may be read so.
//! Assumes independent units, means close to normal, a margin fixed beforehand, one look.

use crate::p_value::{Alternative, PValue, normal_p};
use crate::sample::Sample;
use crate::special::normal;

/// How much worse is still acceptable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    /// In the metric's own unit.
    Absolute(f64),
    /// As a fraction of control's mean.
    Relative(f64),
}

/// What the test allows one to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonInferiorityVerdict {
    /// At most the margin worse.
    NonInferior,
    /// More than the margin worse.
    Inferior,
    /// Neither is shown.
    Inconclusive,
}

/// Outcome of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NonInferiority {
    /// Treatment minus control.
    pub diff: f64,
    /// How far the treatment stays on the good side of the margin.
    pub distance: f64,
    /// Its standard error.
    pub se: f64,
    /// `distance/se`.
    pub z: f64,
    /// One-sided.
    pub p: PValue,
    /// Lower limit of the distance at confidence `1 − alpha`.
    pub bound: f64,
    /// The verdict at alpha.
    pub verdict: NonInferiorityVerdict,
}

/// Tests the margin; `None` when an arm is empty, the standard error is 0, or alpha is no level.
#[must_use]
pub fn non_inferiority(
    control: Sample,
    treatment: Sample,
    higher_is_better: bool,
    margin: Margin,
    alpha: f64,
) -> Option<NonInferiority> {
    let z_alpha = normal::upper_quantile(alpha)?;
    let (of_control, of_treatment) = (control.mean_variance()?, treatment.mean_variance()?);
    let sign = if higher_is_better { 1.0 } else { -1.0 };
    let diff = treatment.mean - control.mean;
    let (apart, times) = match margin {
        Margin::Absolute(margin) => (diff + sign * margin, 1.0),
        // m_t − k m_c, written so that two close means do not lose their digits twice.
        Margin::Relative(margin) => {
            let share = if control.mean == 0.0 { 0.0 } else { sign * margin * libm::copysign(1.0, control.mean) };
            (diff + share * control.mean, 1.0 - share)
        }
    };
    let distance = sign * apart;
    let se = libm::sqrt(of_treatment + times * times * of_control);
    let z = distance / se;
    if se.is_nan() || se <= 0.0 || !z.is_finite() {
        return None;
    }
    let p = normal_p(z, Alternative::Greater);
    let verdict = if p.p_value < alpha {
        NonInferiorityVerdict::NonInferior
    } else if normal::sf(-z) < alpha {
        NonInferiorityVerdict::Inferior
    } else {
        NonInferiorityVerdict::Inconclusive
    };
    Some(NonInferiority { diff, distance, se, z, p, bound: distance - z_alpha * se, verdict })
}
