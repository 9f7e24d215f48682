//! A metric that is a ratio of two totals, such as revenue per order, when units and not orders are randomised.
//!
//! `R = Σ num/Σ den` of an arm; the delta method makes it a mean of units with
//! `variance of one unit = (s²_num − 2R s_num,den + R² s²_den)/mean_den²`, so `se² = Σ over arms of that/n`. The lift `(R_t − R_c)/|R_c|` has
//! `se² = u_t/n_t/R_c² + R_t² u_c/n_c/R_c⁴`. With clusters as units it is the cluster-robust ratio. Treating the orders themselves as units would call
//! noise significant, as one buyer's orders go together. Assumes independent units and a mean denominator many standard errors from 0.
//! Source: Deng, Knoblich & Lu, "Applying the delta method in metric analytics", KDD 2018.

use crate::means::pair_moments::PairMoments;
use crate::p_value::{Alternative, PValue, normal_p};
use crate::sample::Interval;
use crate::special::normal;

/// The ratios of two arms compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatioDelta {
    /// Control's ratio.
    pub ratio_control: f64,
    /// Treatment's ratio.
    pub ratio_treatment: f64,
    /// Variance of one unit of control.
    pub unit_variance_control: f64,
    /// Variance of one unit of treatment.
    pub unit_variance_treatment: f64,
    /// Treatment minus control.
    pub diff: f64,
    /// Standard error of the difference.
    pub se: f64,
    /// z and its two-sided p-value; `None` when the standard error is 0.
    pub test: Option<(f64, PValue)>,
    /// The interval of the difference.
    pub interval: Interval,
    /// The relative lift; `None` when control's ratio is 0.
    pub lift: Option<RatioLift>,
}

/// The lift of a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatioLift {
    /// As a fraction of control's ratio.
    pub lift: f64,
    /// Its standard error.
    pub se: f64,
    /// Its interval.
    pub interval: Interval,
}

/// Compares two ratios, numerators as `y` and denominators as `x`; `None` when a denominator sums to 0, an arm has fewer than two units, or the
/// level is no level.
#[must_use]
pub fn ratio_delta(control: &PairMoments, treatment: &PairMoments, level: f64) -> Option<RatioDelta> {
    let z_level = normal::upper_quantile(0.5 * (1.0 - level))?;
    let (ratio_control, unit_variance_control) = ratio(control)?;
    let (ratio_treatment, unit_variance_treatment) = ratio(treatment)?;
    let (of_control, of_treatment) = (unit_variance_control / control.n, unit_variance_treatment / treatment.n);
    let diff = ratio_treatment - ratio_control;
    let se = libm::sqrt(of_control + of_treatment);
    let test = (se > 0.0).then(|| diff / se).filter(|z| z.is_finite());
    let lift = (ratio_control != 0.0).then(|| {
        let times = ratio_treatment / ratio_control;
        let lift = diff / ratio_control.abs();
        let se = libm::sqrt(of_treatment + times * times * of_control) / ratio_control.abs();
        RatioLift { lift, se, interval: Interval::around(lift, z_level * se) }
    });
    Some(RatioDelta {
        ratio_control,
        ratio_treatment,
        unit_variance_control,
        unit_variance_treatment,
        diff,
        se,
        test: test.map(|z| (z, normal_p(z, Alternative::TwoSided))),
        interval: Interval::around(diff, z_level * se),
        lift,
    })
}

/// The ratio and the delta-method variance of one unit.
pub(crate) fn ratio(arm: &PairMoments) -> Option<(f64, f64)> {
    if arm.mean_x == 0.0 {
        return None;
    }
    let ratio = arm.mean_y / arm.mean_x;
    let variance = arm.variance_of_rest(ratio)? / arm.mean_x / arm.mean_x;
    (ratio.is_finite() && variance.is_finite()).then_some((ratio, variance))
}
