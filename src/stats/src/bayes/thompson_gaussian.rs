//! Thompson sampling of means: traffic goes where the best arm is likely to be.
//!
//! Independent normal posteriors of the means; the chance to be best is an exact quadrature, and `allocation = floor + (1 − K floor) P(best)`.
//! Source: as [`thompson_bernoulli`](crate::thompson_bernoulli).

use crate::bayes::curve::{Bell, Curve};
use crate::bayes::prob_best::{allocate, prob_best};
use alloc::vec::Vec;

/// Chances and traffic.
#[derive(Clone, Debug, PartialEq)]
pub struct ThompsonGaussian {
    /// Chance to be best.
    pub prob_best: Vec<f64>,
    /// Share of traffic.
    pub allocation: Vec<f64>,
}

/// Arms as (mean, standard deviation of that mean); `None` without arms, unless deviations are positive, or when the floors do not fit.
#[must_use]
pub fn thompson_gaussian(arms: &[(f64, f64)], lower_is_better: bool, floor: f64) -> Option<ThompsonGaussian> {
    let sound = arms.iter().all(|(mean, sd)| mean.is_finite() && *sd > 0.0 && sd.is_finite());
    if !sound {
        return None;
    }
    let sign = if lower_is_better { -1.0 } else { 1.0 };
    let curves: Vec<Bell> = arms.iter().map(|(mean, sd)| Bell { mean: sign * mean, sd: *sd }).collect();
    let prob_best = prob_best(&curves.iter().map(|curve| curve as &dyn Curve).collect::<Vec<_>>())?;
    Some(ThompsonGaussian { allocation: allocate(&prob_best, floor)?, prob_best })
}
