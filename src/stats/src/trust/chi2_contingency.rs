//! Pearson's test of independence in a table of counts.
//!
//! `χ² = Σ (O − E)²/E`, `E = row · column/N`, no continuity correction, `(rows−1)(columns−1)` degrees of freedom. Of arm by any property of units: do the arms
//! hold the same people? Of the arms of two experiments: are they assigned independently (one hash for both is not)? Assumes independent units and some 5
//! expected per cell. Source: Pearson 1900; Agresti, *Categorical Data Analysis*, 3rd ed., 3.2.

use crate::numeric::exact::difference_of_products;
use crate::p_value::{PValue, chi_square_p};
use alloc::vec::Vec;

/// Pearson's statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contingency {
    /// The statistic.
    pub chi2: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p-value.
    pub p: PValue,
}

/// Tests a table given row by row; `None` unless it has two rows and columns with counts in all of them, rows of one length, no negative number.
///
/// A row or column without a count says nothing and takes no degree of freedom.
#[must_use]
pub fn chi2_contingency<R: AsRef<[f64]>>(table: &[R]) -> Option<Contingency> {
    let width = table.first()?.as_ref().len();
    let sound = |row: &[f64]| row.len() == width && row.iter().all(|x| *x >= 0.0 && x.is_finite());
    if !table.iter().all(|row| sound(row.as_ref())) {
        return None;
    }
    let mut columns: Vec<f64> = Vec::new();
    columns.resize(width, 0.0);
    for row in table {
        for (sum, count) in columns.iter_mut().zip(row.as_ref()) {
            *sum += count;
        }
    }
    let all: f64 = columns.iter().sum();
    let (mut chi2, mut rows) = (0.0, 0.0);
    for row in table {
        let total: f64 = row.as_ref().iter().sum();
        if total > 0.0 {
            rows += 1.0;
            for (count, column) in row.as_ref().iter().zip(&columns).filter(|(_, column)| **column > 0.0) {
                let apart = difference_of_products(*count, all, total, *column) / all;
                chi2 += apart * apart / (total * (column / all));
            }
        }
    }
    let used = columns.iter().filter(|column| **column > 0.0).count() as f64;
    let df = (rows - 1.0) * (used - 1.0);
    if df <= 0.0 {
        return None;
    }
    Some(Contingency { chi2, df, p: chi_square_p(chi2, df)? })
}
