//! Thompson sampling of rates: traffic goes where the best arm is likely to be.
//!
//! `alpha = a + Σ_t decay^(T−1−t) s_t`, `beta = b + Σ_t decay^(T−1−t) (n_t − s_t)` over periods, oldest first: with a decay below 1 old periods fade. The chance to
//! be best is exact, a quadrature over all posteriors and no sampling; `allocation = floor + (1 − K floor) P(best)`. Assumes rates that are the same within a period.
//! Source: Chapelle & Li (2011), "An empirical evaluation of Thompson sampling"; Scott (2010) for the allocation.

use crate::bayes::curve::{Curve, LogOdds};
use crate::bayes::prob_best::{allocate, prob_best};
use crate::sample::Proportion;
use alloc::vec::Vec;

/// What is believed of each arm, and its traffic.
#[derive(Clone, Debug, PartialEq)]
pub struct ThompsonBernoulli {
    /// Posterior Beta(alpha, beta) of each arm.
    pub posteriors: Vec<(f64, f64)>,
    /// Chance to have the highest rate.
    pub prob_best: Vec<f64>,
    /// Share of traffic.
    pub allocation: Vec<f64>,
}

/// Arms, each with its periods, oldest first; an arm that joined later has fewer. `prior` is (a, b). `None` without arms, when counts are impossible, a prior is not
/// positive, decay leaves 0…1 or the floors do not fit.
#[must_use]
pub fn thompson_bernoulli(
    arms: &[Vec<Proportion>],
    prior: (f64, f64),
    decay: f64,
    floor: f64,
) -> Option<ThompsonBernoulli> {
    if !(0.0..=1.0).contains(&decay) {
        return None;
    }
    let posterior = |periods: &Vec<Proportion>| {
        let (mut successes, mut failures) = (0.0, 0.0);
        for period in periods {
            let sound = period.n >= 0.0 && period.n.is_finite() && (0.0..=period.n).contains(&period.successes);
            if !sound {
                return None;
            }
            successes = decay * successes + period.successes;
            failures = decay * failures + (period.n - period.successes);
        }
        Some((prior.0 + successes, prior.1 + failures))
    };
    let posteriors = arms.iter().map(posterior).collect::<Option<Vec<_>>>()?;
    let curves = posteriors.iter().map(|(a, b)| LogOdds::new(*a, *b)).collect::<Option<Vec<_>>>()?;
    let prob_best = prob_best(&curves.iter().map(|curve| curve as &dyn Curve).collect::<Vec<_>>())?;
    Some(ThompsonBernoulli { allocation: allocate(&prob_best, floor)?, posteriors, prob_best })
}
