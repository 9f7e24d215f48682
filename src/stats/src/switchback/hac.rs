//! A switchback's difference with errors that follow one another in time.
//!
//! Least squares of y on 1 and treated; with `ψ_t` a period's share in the estimate, residual over its arm's periods and signed,
//! `se² = Σ ψ_t² + 2 Σ_l w_l Σ_t ψ_t ψ_(t−l)`, Bartlett weights `w_l = 1 − l/(L+1)`, no small-sample factor, normal. Assumes no effect outlasts its period, and
//! correlation that dies out within L periods. Source: Newey & West, Econometrica 55 (1987).

use crate::coefficient::{Coefficient, coefficient};
use crate::means::Moments;
use alloc::vec::Vec;

/// The difference between treated and other periods, in time's order; `None` when an arm is empty or a number is not finite.
#[must_use]
pub fn switchback_hac(treated: &[bool], outcome: &[f64], lags: usize, level: f64) -> Option<Coefficient> {
    if treated.len() != outcome.len() || !outcome.iter().all(|y| y.is_finite()) {
        return None;
    }
    let arm = |which: bool| -> Moments {
        outcome.iter().zip(treated).filter(|(_, treated)| **treated == which).map(|(y, _)| *y).collect()
    };
    let (control, treatment) = (arm(false), arm(true));
    let (mean_control, mean_treatment) = (control.mean()?, treatment.mean()?);
    let influence: Vec<f64> = outcome
        .iter()
        .zip(treated)
        .map(
            |(y, treated)| {
                if *treated { (y - mean_treatment) / treatment.n() } else { (mean_control - y) / control.n() }
            },
        )
        .collect();
    let mut variance: f64 = influence.iter().map(|x| x * x).sum();
    for lag in 1..=lags.min(influence.len()) {
        let weight = 1.0 - lag as f64 / (lags as f64 + 1.0);
        let together: f64 = influence.iter().zip(influence.iter().skip(lag)).map(|(a, b)| a * b).sum();
        variance += 2.0 * weight * together;
    }
    coefficient(treatment.mean_minus(&control)?, libm::sqrt(variance.max(0.0)), None, level)
}
