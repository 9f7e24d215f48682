//! Relative lift: the difference as a share of control's mean, `(m_t − m_c)/|m_c|`.
//!
//! - [`relative_lift`] gives the delta-method standard error, `se² = v_t/n_t/m_c² + (m_t/m_c)² v_c/n_c/m_c²`: first-order, good when control's
//!   mean is many standard errors from 0; intervals are symmetric around the lift.
//! - [`log_lift_ci`] works on `ln(m_t/m_c)`, `se² = v_t/n_t/m_t² + v_c/n_c/m_c²`: for positive means, never below −100 %.
//! - [`fieller_ci`] inverts the test of `m_t − r·m_c = 0` (Fieller 1954): exact for normal means, and honestly unbounded when control's mean may be 0.
//!
//! Assumes independent arms. A lift over a control mean of 0 does not exist.

use crate::sample::{Interval, Sample};
use crate::special::normal;

/// A lift and its delta-method standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lift {
    /// The lift as a fraction: 0.1 is +10 %.
    pub lift: f64,
    /// Its standard error.
    pub se: f64,
}

/// The lift with its delta-method standard error; `None` when control's mean is 0 or an arm is empty.
#[must_use]
pub fn relative_lift(control: Sample, treatment: Sample) -> Option<Lift> {
    let (c, t) = (control.mean_variance()?, treatment.mean_variance()?);
    if control.mean == 0.0 {
        return None;
    }
    let lift = point(control, treatment);
    let ratio = treatment.mean / control.mean;
    let se = libm::sqrt(t + ratio * ratio * c) / control.mean.abs();
    (lift.is_finite() && se.is_finite()).then_some(Lift { lift, se })
}

/// A two-sided interval on the logarithmic scale: `(se of the log ratio, interval of the lift)`; `None` unless both means have one sign.
#[must_use]
pub fn log_lift_ci(control: Sample, treatment: Sample, level: f64) -> Option<(f64, Interval)> {
    let z = normal::upper_quantile(0.5 * (1.0 - level))?;
    let (c, t) = (control.mean_variance()?, treatment.mean_variance()?);
    let ratio = treatment.mean / control.mean;
    if control.mean == 0.0 || ratio.is_nan() || ratio <= 0.0 {
        return None;
    }
    let se = libm::sqrt(t / (treatment.mean * treatment.mean) + c / (control.mean * control.mean));
    if !se.is_finite() {
        return None;
    }
    let log = libm::log(ratio);
    let (low, high) = (libm::expm1(log - z * se), libm::expm1(log + z * se));
    // With negative means the ratio above 1 is the fall.
    let interval = if control.mean > 0.0 { Interval { low, high } } else { Interval { low: -high, high: -low } };
    Some((se, interval))
}

/// Fieller's interval of the lift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fieller {
    /// A proper interval.
    Bounded(Interval),
    /// Control's mean is not significantly different from 0: no bounded set of lifts has the level.
    Unbounded,
}

/// Fieller's two-sided interval; `None` when control's mean is 0 or an arm is empty.
#[must_use]
pub fn fieller_ci(control: Sample, treatment: Sample, level: f64) -> Option<Fieller> {
    let z = normal::upper_quantile(0.5 * (1.0 - level))?;
    let (c, t) = (control.mean_variance()?, treatment.mean_variance()?);
    if control.mean == 0.0 {
        return None;
    }
    // |m_t − r m_c| ≤ z √(t + r² c). With r = m_t/m_c + x: x² (1 − g) − 2 g x ratio = z²(t + ratio² c)/m_c², g = z² c/m_c².
    let ratio = treatment.mean / control.mean;
    let g = z * z * c / (control.mean * control.mean);
    if g >= 1.0 {
        return Some(Fieller::Unbounded);
    }
    let k = z * z / (control.mean * control.mean);
    let half = libm::sqrt(k * (t * (1.0 - g) + ratio * ratio * c)) / (1.0 - g);
    let shift = g * ratio / (1.0 - g);
    let lift = point(control, treatment);
    Some(Fieller::Bounded(if control.mean > 0.0 {
        Interval { low: lift + (shift - half), high: lift + (shift + half) }
    } else {
        Interval { low: lift - (shift + half), high: lift - (shift - half) }
    }))
}

fn point(control: Sample, treatment: Sample) -> f64 {
    (treatment.mean - control.mean) / control.mean.abs()
}
