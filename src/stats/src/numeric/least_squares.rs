//! Ordinary least squares of a few columns, by Gram–Schmidt done twice.

use alloc::vec;
use alloc::vec::Vec;

/// A column whose part outside the columns before it is smaller than this share of it is a combination of them.
const DEPENDENT: f64 = 1e-10;

/// Orthonormal columns that span those given, and what is needed to read off one coefficient.
pub(crate) struct LeastSquares {
    /// Orthonormal, in the order given; combinations of earlier columns are left out.
    pub(crate) basis: Vec<Vec<f64>>,
    /// What is left of the outcome.
    pub(crate) residuals: Vec<f64>,
    /// The last column's coefficient.
    pub(crate) last: f64,
    /// Length of the last column's part outside the others.
    pub(crate) last_length: f64,
}

/// Fits `outcome` on `columns`; `None` when the last column is a combination of the others, lengths differ, or a number is not finite.
///
/// The coefficient asked for stands last: it and its weights (`basis.last()/last_length`) then need no triangular system.
pub(crate) fn least_squares(columns: Vec<Vec<f64>>, outcome: &[f64]) -> Option<LeastSquares> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut last_length = None;
    for mut column in columns {
        if column.len() != outcome.len() {
            return None;
        }
        let before = length(&column);
        for _ in 0..2 {
            for unit in &basis {
                take_out(&mut column, unit);
            }
        }
        let after = length(&column);
        if !after.is_finite() {
            return None;
        }
        last_length = (after > DEPENDENT * before).then_some(after);
        if last_length.is_some() {
            column.iter_mut().for_each(|x| *x /= after);
            basis.push(column);
        }
    }
    let last_length = last_length?;
    let mut residuals = outcome.to_vec();
    let mut along_last = 0.0;
    for _ in 0..2 {
        for (index, unit) in basis.iter().enumerate() {
            let along = take_out(&mut residuals, unit);
            if index + 1 == basis.len() {
                along_last += along;
            }
        }
    }
    let last = along_last / last_length;
    last.is_finite().then_some(LeastSquares { last, basis, residuals, last_length })
}

/// Removes from `column` what lies along `unit`, and says how much.
fn take_out(column: &mut [f64], unit: &[f64]) -> f64 {
    let along = dot(column, unit);
    for (x, u) in column.iter_mut().zip(unit) {
        *x -= along * u;
    }
    along
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn length(column: &[f64]) -> f64 {
    libm::sqrt(dot(column, column))
}

/// A column of ones.
pub(crate) fn ones(n: usize) -> Vec<f64> {
    vec![1.0; n]
}
