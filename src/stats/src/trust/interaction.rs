//! Do two experiments change each other's effect?
//!
//! 2×2: `(a1b1 − a1b0) − (a0b1 − a0b0)`, `se² = Σ v/n`, normal. Of a×b arms: Wald's chi-square of all `(A−1)(B−1)` contrasts against the first arm of each, with
//! every cell's own variance. Assumes independent units; with many pairs of experiments correct for their number.

use crate::coefficient::{Coefficient, coefficient};
use crate::numeric::quadratic_form::inverse_quadratic_form;
use crate::p_value::chi_square_p;
use crate::sample::Sample;
use crate::trust::chi2_contingency::Contingency;
use alloc::vec::Vec;

/// The interaction of two experiments with two arms each, cells `[[a0b0, a0b1], [a1b0, a1b1]]`; `None` when a cell is empty.
#[must_use]
pub fn interaction_2x2(cells: [[Sample; 2]; 2], level: f64) -> Option<Coefficient> {
    let [[a0b0, a0b1], [a1b0, a1b1]] = cells;
    let estimate = (a1b1.mean - a1b0.mean) - (a0b1.mean - a0b0.mean);
    let variance = a0b0.mean_variance()? + a0b1.mean_variance()? + a1b0.mean_variance()? + a1b1.mean_variance()?;
    coefficient(estimate, libm::sqrt(variance), None, level)
}

/// The interaction of two experiments with any number of arms, cells row by row; `None` when a cell is empty, rows differ in length, an experiment has one
/// arm, or the cells do not vary.
#[must_use]
pub fn interaction_axb<R: AsRef<[Sample]>>(cells: &[R]) -> Option<Contingency> {
    let (first, rest) = cells.split_first()?;
    let (corner, top) = first.as_ref().split_first()?;
    let corner_variance = corner.mean_variance()?;
    let mut contrasts: Vec<f64> = Vec::new();
    // Rows and columns of each contrast, and the variances it has in common with others.
    let mut parts: Vec<(usize, usize, f64, f64, f64)> = Vec::new();
    for (i, row) in rest.iter().enumerate() {
        let (left, inner) = row.as_ref().split_first()?;
        if inner.len() != top.len() {
            return None;
        }
        for (j, (cell, above)) in inner.iter().zip(top).enumerate() {
            contrasts.push((cell.mean - left.mean) - (above.mean - corner.mean));
            parts.push((i, j, cell.mean_variance()?, left.mean_variance()?, above.mean_variance()?));
        }
    }
    let covariance: Vec<Vec<f64>> = parts
        .iter()
        .map(|(i, j, own, left, above)| {
            let with = |(k, l, ..): &(usize, usize, f64, f64, f64)| {
                let shared = |same: bool, variance: &f64| if same { *variance } else { 0.0 };
                corner_variance + shared(i == k, left) + shared(j == l, above) + shared(i == k && j == l, own)
            };
            parts.iter().map(with).collect()
        })
        .collect();
    if contrasts.is_empty() {
        return None;
    }
    let (chi2, df) = (inverse_quadratic_form(&covariance, &contrasts)?, contrasts.len() as f64);
    Some(Contingency { chi2, df, p: chi_square_p(chi2, df)? })
}
